"""Sphinx settings, and directives that write pages from what is installed."""

import importlib
import inspect
import re
from importlib.metadata import version as installed_version
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.util.inspect import stringify_signature

HERE = Path(__file__).parent

project = "teachgym"
copyright = "the teachgym authors"
version = release = installed_version("teachgym")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"teachgym {version}"
html_show_copyright = False

myst_enable_extensions = ["colon_fence", "fieldlist"]
myst_heading_anchors = 3
# Quotes and ellipses, but no dashes: `--out` in the help of an option stays as it is.
smartquotes_action = "qe"

# A name in single backticks links to it where there is such an object, else it is plain code.
default_role = "py:obj"
add_module_names = False
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
# `Attributes:` as one list: autodoc lists annotated attributes a second time otherwise.
napoleon_use_ivar = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False


class Markdown(Directive):
    """A directive of a MyST page that is filled with Markdown made here."""

    def run(self):
        """Parse what `lines` gives, headings included."""
        container = nodes.section()
        container.document = self.state.document
        text = StringList(self.lines(), source="conf.py")
        self.state.nested_parse(text, self.content_offset, container, match_titles=True)
        return container.children

    def lines(self):
        """The Markdown, line by line."""
        raise NotImplementedError


class Environments(Markdown):
    """One section per registered environment, made from its docstring."""

    def lines(self):
        """A heading with the id, then the docstring."""
        from teachgym.envs import ENVIRONMENTS, CurriculumEnv
        from teachgym.envs.topics import TopicsEnv

        lines = []
        for identifier, spec in ENVIRONMENTS.items():
            lines += section(identifier, named(spec.entry_point))
        for environment in (CurriculumEnv, TopicsEnv):
            lines += section(environment.__name__, environment)
        return lines


class Simulations(Markdown):
    """One section per environment with simulated students; variants stand in its docstring."""

    def lines(self):
        """A heading with the id, then the docstring."""
        from teachgym.envs import SIMULATIONS

        places = {}
        for identifier, spec in SIMULATIONS.items():
            places.setdefault(spec.entry_point, identifier)
        lines = []
        for entry_point, identifier in places.items():
            lines += section(identifier, named(entry_point))
        return lines


class Teachers(Markdown):
    """The table of all teachers, then a section about each."""

    def lines(self):
        """The table by family, and the sections in the same order."""
        from teachgym.teachers import TEACHERS
        from teachgym.teachers.details import describe

        families = {}
        for details in map(describe, TEACHERS):
            families.setdefault(details.family, []).append(details)
        lines = ["## Overview", ""]
        for family, members in families.items():
            lines += [f"```{{rubric}} {family.capitalize()}", "```", "", *overview(members), ""]
        for members in families.values():
            for details in members:
                lines += teacher_section(details)
        return lines


class CommandLine(Markdown):
    """A section per command, made from its help."""

    def lines(self):
        """The page of typer's own generator; all headings end up on one level."""
        from typer import Context
        from typer.cli import get_docs_for_click
        from typer.main import get_command

        from teachgym.experiments.cli import app

        command = get_command(app)
        text = get_docs_for_click(obj=command, ctx=Context(command), name="teachgym")
        return text.replace("# `teachgym`", "## `teachgym`", 1).splitlines()


def named(entry_point):
    """What "module:name" names."""
    module, name = entry_point.split(":")
    return getattr(importlib.import_module(module), name)


def section(title, environment):
    """A section from an environment's docstring; its own headings stay out of the contents."""
    text = re.sub(
        r"^## (.*)$", r"```{rubric} \1\n```", inspect.getdoc(environment), flags=re.MULTILINE
    )
    return [f"## {title}", "", *text.splitlines(), ""]


def overview(members):
    """The rows of the overview for some teachers."""
    rows = []
    for details in members:
        needs = [*details.needs_in_words(), *(f"`{k}`" for k in details.knowledge)]
        rows.append(
            (
                f"[`{details.name}`](#{anchor(details.name)})",
                ", ".join(details.spaces_in_words()),
                ", ".join(needs) or "—",
                paper(details.reference),
            )
        )
    return table(("teacher", "spaces", "needs and expert knowledge", "paper"), rows)


def teacher_section(details):
    """Can I use it? Reference; options; results; how to replicate."""
    from teachgym.teachers.details import argument_texts

    docstring = inspect.getdoc(details.teacher)
    # A docstring's body is reStructuredText of a kind that reads the same in Markdown.
    body = re.split(r"^(?:Args|Raises|Attributes):$", docstring, maxsplit=1, flags=re.MULTILINE)[0]
    needs = ", ".join(details.needs_in_words()) or "nothing beyond a space"
    told = ", ".join(f"`{option}`" for option in details.knowledge) or "none"
    texts = argument_texts(docstring)
    options = [
        (f"`{option}`", "—" if option in details.required else f"`{default!r}`", texts[option])
        for option, default in details.options.items()
    ]
    lines = [f"({anchor(details.name)})=", f"## {details.name}", "", *body.splitlines(), ""]
    lines += [
        "**Can I use it?**",
        "",
        f"- Class: {{py:class}}`teachgym.teachers.{details.teacher.__name__}`",
        f"- Spaces: {', '.join(details.spaces_in_words())}",
        f"- Needs: {needs}",
        f"- Expert knowledge: {told}",
        f"- Reference: {paper(details.reference)}",
        "",
    ]
    lines += table(("option", "default", "meaning"), options) if options else ["No options."]
    return [*lines, "", "**Results and how to replicate them**", "", *replicate(details), ""]


def replicate(details):
    """Where the results of a teacher are, and the commands that make them."""
    results = HERE / "teacher-results.md"
    if details.required:  # which the script that compares all teachers can't know
        told = ",".join(f"{option}=…" for option in details.required)
        return [
            "Not among the teachers that are compared side by side, as it needs to be told more.",
            "",
            "```console",
            f"$ teachgym compare --teachers uniform,{details.name}:{told} --student simulated",
            "```",
        ]
    compared = details.name if details.family == "baseline" else f"uniform,{details.name}"
    return [
        "{doc}`teacher-results` has all teachers side by side; the first command makes it."
        if results.exists()
        else "The first command holds all teachers side by side; it resumes when it is stopped.",
        "",
        "```console",
        f"$ python benchmarks/teachers.py --only {details.name}",
        f"$ teachgym compare --teachers {compared} --student simulated",
        "```",
    ]


def table(head, rows):
    """A Markdown table; pipes in its cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(c.replace('|', chr(92) + '|') for c in row)} |" for row in lines]


def paper(reference):
    """A reference with a link."""
    if reference is None:
        return "this library's own"
    if not reference.arxiv:
        return str(reference)
    link = f"[arXiv {reference.arxiv}](https://arxiv.org/abs/{reference.arxiv})"
    return f"{reference.authors} {reference.year}, {link}"


def anchor(name):
    """The target of a teacher's section."""
    return f"teacher-{name.replace('_', '-')}"


def drop_markdown(app, what, name, obj, options, lines):
    """Of an environment's docstring, which is Markdown, keep what comes before and after it."""
    first = next((i for i, line in enumerate(lines) if line.startswith("## ")), None)
    if first is not None:
        after = (i for i, line in enumerate(lines) if line in ("Args:", "Raises:", "Attributes:"))
        rest = lines[next(after, len(lines)) :]
        lines[first:] = [":doc:`/environments` has the rest.", "", *rest]


def list_options(app, what, name, obj, options, lines):
    """Give a configuration its fields as attributes: each is described where it is written."""
    from teachgym.experiments.configuration import Config

    if what == "class" and issubclass(obj, Config) and obj is not Config:
        described = [f"    {field}: {option.help}" for field, option in obj.options().items()]
        lines += ["Attributes:", *described, ""]


def plain_types(app, what, name, obj, options, signature, returns):
    """Of arguments that are options of a configuration, show the types alone."""
    if what not in ("class", "function"):
        return None
    try:
        found = inspect.signature(obj)
    except (TypeError, ValueError):
        return None
    plain = [p.replace(annotation=plain_type(p.annotation)) for p in found.parameters.values()]
    if plain == list(found.parameters.values()):
        return None
    shown = found.replace(parameters=plain, return_annotation=found.empty)
    return stringify_signature(shown), returns


def plain_type(annotation):
    """The type of an annotation such as ``"Annotated[int, Option(...)]"``."""
    if not isinstance(annotation, str):
        return annotation
    return re.sub(r"^Annotated\[(.*?), Option\(.*$", r"\1", annotation, flags=re.DOTALL)


def setup(app):
    """Register the directives and the hook."""
    app.add_directive("environments", Environments)
    app.add_directive("simulations", Simulations)
    app.add_directive("teachers", Teachers)
    app.add_directive("command-line", CommandLine)
    # Before napoleon, which would take "## Arguments" for one of its own sections.
    app.connect("autodoc-process-docstring", drop_markdown, priority=100)
    app.connect("autodoc-process-docstring", list_options, priority=100)
    app.connect("autodoc-process-signature", plain_types)
    return {"parallel_read_safe": True}
