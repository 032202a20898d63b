"""Programs in documents: one block, or several that continue each other, made into a file that runs."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from .blocks import Block, Page
from .server import ROOT, Ports

_USING = re.compile(r"^using (?:static )?[\w.]+(?: = [^;]+)?;\s*$", re.MULTILINE)
_PROJECTS = ("Syntha.Client", "Syntha.Client.Testing", "Syntha.Extensions.AI", "Syntha.Agents.AI")
SNIPPETS = ROOT / ".artifacts/docs/snippets"
_BUILD = ("-restore", "-p:Configuration=Release", "-nologo", "-v:quiet", "-nodeReuse:false")

# What a reader's own project has, and none of the rules of this repository.
_PROJECT = """<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
    <EnforceCodeStyleInBuild>false</EnforceCodeStyleInBuild>
    <RunAnalyzers>false</RunAnalyzers>
    <TreatWarningsAsErrors>false</TreatWarningsAsErrors>
    <GenerateDocumentationFile>false</GenerateDocumentationFile>
    <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
    <NoWarn>$(NoWarn);CS1998;CS0219;CS0168;CS8321</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <Compile Include="*.cs" />
    <FrameworkReference Include="Microsoft.AspNetCore.App" />
    <PackageReference Include="Microsoft.Agents.AI.Abstractions" />
    {references}
  </ItemGroup>
</Project>
"""


@dataclass
class Program:
    name: str
    language: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def expected(self) -> list[str]:
        return [line for block in self.blocks for line in block.expected]

    def source(self, separator: str = "\n") -> str:
        return separator.join(part for block in self.blocks for part in (block.before, block.code, block.after) if part)


def programs_of(page: Page) -> dict[int, Program]:
    """The page's programs, each by the index of the step at which it runs: that of its first block."""
    programs: dict[int, Program] = {}
    last: dict[str, Program] = {}
    for index, block in enumerate(page.steps):
        if block.language not in ("csharp", "js", "python", "ruby") or "norun" in block.marks:
            continue
        if "continues" in block.marks:
            last[block.language].blocks.append(block)
            continue
        name = re.sub(r"\W", "_", f"P_{page.path}_{block.line}")
        programs[index] = last[block.language] = Program(name, block.language, [block])
    return programs


def build_csharp(programs: list[Program]) -> str | None:
    """Compiles all C# programs into one. Answers what the compiler says against them, or None."""
    SNIPPETS.mkdir(parents=True, exist_ok=True)
    for old in SNIPPETS.glob("*.cs"):
        old.unlink()
    for program in programs:
        (SNIPPETS / f"{program.name}.cs").write_text(_csharp(program), "utf-8")
    cases = "\n".join(f'    case "{program.name}": await Documents.{program.name}.RunAsync(); break;' for program in programs)
    (SNIPPETS / "Main.cs").write_text(f'switch (args[0])\n{{\n{cases}\n    default: return 3;\n}}\nreturn 0;\n', "utf-8")
    references = "".join(f'<ProjectReference Include="{ROOT}/client/dotnet/{name}/{name}.csproj" />' for name in _PROJECTS)
    (SNIPPETS / "Snippets.csproj").write_text(_PROJECT.format(references=references), "utf-8")
    built = subprocess.run(
        ["dotnet", "msbuild", str(SNIPPETS / "Snippets.csproj"), *_BUILD], capture_output=True, text=True, check=False
    )
    return None if built.returncode == 0 else (built.stdout + built.stderr).strip()


def _csharp(program: Program) -> str:
    usings: list[str] = []
    body = ""
    for block in program.blocks:
        for hidden, code in ((True, block.before), (False, block.code), (True, block.after)):
            usings += _USING.findall(code)
            body += f'#line {block.line} "{ROOT / block.page}"\n' if not hidden else "#line hidden\n"
            # Compiled once, before the ports are known.
            body += _USING.sub("", code).replace('"http://127.0.0.1:50051"', 'Environment.GetEnvironmentVariable("SYNTHA_SERVER")!') + "\n"
    heads = "\n".join(dict.fromkeys(usings))
    method = f"    public static async Task RunAsync()\n    {{\n{body}\n#line default\n    }}"
    return f"{heads}\nnamespace Documents;\ninternal static class {program.name}\n{{\n{method}\n}}\n"


def command_of(program: Program, ports: Ports, folder: Path) -> list[str]:
    """Writes the program into the folder and answers the command that runs it."""
    if program.language == "csharp":
        return ["dotnet", str(ROOT / ".artifacts/bin/Snippets/release/Snippets.dll"), program.name]
    ending = {"js": "mjs", "python": "py", "ruby": "rb"}[program.language]
    file = folder / f"{program.name}.{ending}"
    file.write_text(ports.apply(program.source()), "utf-8")
    if program.language == "js":
        modules = folder / "node_modules"
        modules.mkdir(exist_ok=True)
        if not (modules / "syntha").exists():
            (modules / "syntha").symlink_to(ROOT / "client/node")
    return {"js": ["node"], "python": ["/usr/bin/python3", "-u"], "ruby": ["ruby"]}[program.language] + [str(file)]
