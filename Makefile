# What a person or CI does with this repository. The longer recipes are scripts in .config/.

server := .artifacts/bin/Syntha.Cli/release/syntha.dll
buf    := .tools/node_modules/.bin/buf
# `dotnet build` cannot be kept from its summary, which says every error twice.
build  := dotnet msbuild -restore -p:Configuration=Release -nologo -v:quiet

# Expanded at the head of a recipe, so that a missing SDK is one line and nothing of the recipe runs. `dotnet --version` obeys
# global.json: it fails as well when there are only SDKs of another major version.
need_sdk = $(if $(shell dotnet --version >/dev/null 2>&1 && echo yes),,$(error The .NET 10 SDK was not found: install it \
  (dotnet.microsoft.com/download/dotnet/10.0) and see that `dotnet --version` answers 10.0.x here))

export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
# The first use of a fresh SDK would make a developer certificate. Nothing here is served over HTTPS.
export DOTNET_GENERATE_ASPNET_CERTIFICATE := false

.PHONY: help run demo test bench lint format pack freeze clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start the server on ./data; more settings with ARGS="--Server:GrpcPort=50052"
	@$(need_sdk)
	@echo 'Building the server'
	@$(build) server/Syntha.Cli
	@exec dotnet $(server) --Storage:DataPath="$(CURDIR)/data" $(ARGS)

demo: ## Run the multi-user example against a server of its own, which is gone afterwards
	@$(need_sdk)
	@echo 'Building the server and the example'
	@$(build) server/Syntha.Cli
	@$(build) client/dotnet/examples/UserIsolation
	@.config/demo

test: ## Install what the tests need, build, lint and run every test
	@$(need_sdk)
	@.config/test

bench: ## Run the benchmarks and print their table; choose some with ARGS="…"
	@$(need_sdk)
	@.config/prepare
	@dotnet run --project tests/Syntha.Benchmarks -c Release -- $(ARGS)

lint: ## Check the contract (style, format, compatibility), C# white space, Python's types and the solution file
	@$(need_sdk)
	@.config/prepare
	@.config/lint

format: ## Apply the formatters to the contract and to C#
	@$(need_sdk)
	@.config/prepare
	@$(buf) format --write protos
	@dotnet format whitespace . --folder --exclude .artifacts .tools
	@dotnet format style Syntha.Grpc.sln

pack: ## Build the NuGet packages and their symbols into .artifacts/package/release
	@$(need_sdk)
	@rm -rf .artifacts/package/release
	@dotnet pack Syntha.Grpc.sln -c Release --nologo -v quiet \
	  -p:IncludeSymbols=true -p:SymbolPackageFormat=snupkg -p:WarnOnPackingNonPackableProject=false
	@ls .artifacts/package/release

freeze: lint ## At a release: record the contract, which later changes must not break (commit the file)
	@mkdir -p protos/released
	@$(buf) build protos --exclude-source-info --output protos/released/syntha.v1.binpb

clean: ## Remove what was built and installed here; ./data stays
	@rm -rf .artifacts .tools client/python/syntha/v1 client/python/syntha/_status_pb2.py*
