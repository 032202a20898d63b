# The targets for people and for CI. The longer recipes are scripts in eng/.

server := .artifacts/bin/Syntha.Cli/release/syntha.dll
buf    := .tools/node_modules/.bin/buf

# Expanded at the head of a recipe, so that a missing SDK gives one line and nothing of the recipe runs. `dotnet --version` obeys
# global.json, so it also fails when only SDKs of another major version are installed.
need_sdk = $(if $(shell dotnet --version >/dev/null 2>&1 && echo yes),,$(error The .NET 10 SDK was not found: install it \
  (dotnet.microsoft.com/download/dotnet/10.0) and see that `dotnet --version` answers 10.0.x here))

# Expanded likewise, where the npm packages of `make setup` are needed.
need_setup = $(if $(wildcard $(buf)),,$(error Tools are missing: run `make setup` first (or `eng/setup check`, which installs no database)))

export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
# The first use of a fresh SDK would make a developer certificate. No target serves HTTPS.
export DOTNET_GENERATE_ASPNET_CERTIFICATE := false

.PHONY: help setup build run demo check test soak fuzz bench lint format reference lock pack dist freeze clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what lint, tests and benchmarks need; may ask for root
	@eng/setup

build: ## Build the whole solution in Release
	@$(need_sdk)
	@eng/build 'the solution' Syntha.Grpc.sln '3 minutes'

run: ## Start the server on ./data; more settings with ARGS="--Server:GrpcPort=50052"
	@$(need_sdk)
	@eng/build 'the server' server/Syntha.Cli 'a minute'
	@exec dotnet $(server) --Storage:DataPath="$(CURDIR)/data" $(ARGS)

demo: ## Run three examples against a server of their own, which is gone afterwards: many users, three parties in one mesh, a team at work
	@$(need_sdk)
	@$(need_setup)
	@eng/build 'the server' server/Syntha.Cli 'a minute'
	@eng/build 'the first example' client/dotnet/examples/UserIsolation 'half a minute'
	@eng/build 'the second example' client/dotnet/examples/OneMesh 'half a minute'
	@eng/build 'the third example' client/dotnet/examples/TaskTeam 'half a minute'
	@npm run --silent --prefix client/node build
	@eng/demo

check: ## The fast loop: build, lint, and the tests that need no root and no database
	@$(need_sdk)
	@$(need_setup)
	@eng/check

test: ## Install what is missing, build, lint and run every test
	@$(need_sdk)
	@eng/test

soak: ## Run what is too long for make test: many kills, 200 MB of hostile input, 1,000,000 schedules, 10 minutes of fuzzing
	@$(need_sdk)
	@$(need_setup)
	@eng/soak

fuzz: ## Fuzz the code that takes bytes of strangers for 10 minutes; choose targets with ARGS="json glob"
	@$(need_sdk)
	@eng/fuzz $(ARGS)

bench: ## Run the benchmarks and print their table; choose some with ARGS="…"
	@$(need_sdk)
	@eng/build 'the benchmarks' tests/Syntha.Benchmarks '2 minutes'
	@# Other servers are installed only for the comparison with them. It does without those that cannot be installed.
	@$(if $(findstring peers,$(ARGS)),eng/setup peers || true)
	@dotnet run --project tests/Syntha.Benchmarks -c Release --no-build -- $(ARGS)

lint: ## Check all that the build does not: contract, white space, line length, Python's types, generated pages
	@$(need_sdk)
	@$(need_setup)
	@eng/lint

format: ## Apply the formatters to the contract and to C#
	@$(need_sdk)
	@$(need_setup)
	@$(buf) format --write protos
	@dotnet format whitespace . --folder --exclude .artifacts .tools
	@dotnet format style Syntha.Grpc.sln

reference: ## Write the pages of docs/ that are made from the source: calls, errors, options, commands
	@$(need_sdk)
	@$(need_setup)
	@/usr/bin/python3 eng/reference/reference.py
	@eng/build 'the program' server/Syntha.Cli 'a minute'
	@dotnet $(server) reference >docs/reference/cli.md

lock: ## Write the lock files of the NuGet packages anew (commit them)
	@$(need_sdk)
	@dotnet restore Syntha.Grpc.sln --force-evaluate --nologo --verbosity quiet

pack: ## Build the NuGet packages and their symbols into .artifacts/package/release
	@$(need_sdk)
	@eng/pack

dist: ## Build all that a release hands out into .artifacts/dist: archives, Debian packages, image, manifests, packages, checksums
	@$(need_sdk)
	@eng/setup dist
	@eng/dist/build

freeze: lint ## At a release: record the contract, which later changes must not break (commit the file)
	@mkdir -p protos/released
	@$(buf) build protos --exclude-source-info --output protos/released/syntha.v1.binpb

clean: ## Remove everything that was built and installed in this folder; ./data stays
	@rm -rf .artifacts .tools TestResults client/node/dist client/node/src/generated client/node/node_modules tests/node/node_modules
	@rm -rf tests/dist/kubernetes/node_modules
	@rm -rf client/python/build client/python/dist client/python/*.egg-info client/python/syntha/v1 client/python/syntha/_status_pb2.py*
	@rm -f client/node/*.tgz client/python/*.whl *.tgz *.whl
	@find client tests eng -name __pycache__ -o -name .mypy_cache -o -name .pytest_cache | xargs rm -rf
