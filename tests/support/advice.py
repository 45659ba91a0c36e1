"""What postq tells people to type, found in its source and in what it prints."""

import os
import re
import shutil
import subprocess

# What may stand in advice for something that only its reader knows, and an example of it.
STANDS_FOR = {
    "WHEN": "tomorrow", "TEXT": "text", "FILE": "note.txt", "PATH": "folder", "URL": "https://example.org/1",
    "NAME": "site", "ANOTHER-NAME": "other", "ACCOUNT": "site", "PLATFORM": "feed", "A,B": "site", "ID": "1",
    "REASON": "why", "HANDLE": "anna.example.org", "INSTANCE": "example.org", "iN": "i1", "N": "3", "WORDS": "oak",
    "TAG": "oak", "HOST": "", "HEAD": "1:" + "0" * 64, "ZONE": "UTC", "LANG": "en", "DAY": "today", "X,Y": "0,0", "DIR": "folder",
}
# Understood, and refused for what isn't there where tests run: a terminal, a token, a platform that can it, ids in a pipe.
BUT = ["no terminal", "needs its", "can't search", "can't go to", "asks questions", "is no address", "is no head of a record",
       "no ids on standard input", "mail: command not found", "needs --path"]
# What follows is to be typed only after something in it was changed.
NOT_YET = "with that put right:"

# A line ends at two spaces, a comma, or what closes a quotation: what stands behind them explains it.
END = re.compile(r"  |`|\n|\t| \(|\)|, |; |$")


def commands_of(postq):
    """The names that may follow "postq"."""
    listed = subprocess.run([postq, "help", "--json"], capture_output=True, text=True, check=True).stdout
    return re.findall(r'"command":"([a-z-]+)"', listed)


def advised(text, names):
    """Each command line in a text that is printed."""
    found = []
    for match in re.finditer(r"(?<![\w./-])postq (?=(?:%s)\b)" % "|".join(names), text):
        if text[text.rfind("\n", 0, match.start()) + 1:match.start()].strip().startswith(NOT_YET):
            continue
        end = _end_of(text, match.end())
        found.append(text[match.start():end].rstrip(" .,:;"))
    return found


def _end_of(text, at):
    """Where a command line ends; what stands in quotes is part of it."""
    while at < len(text):
        quote = text[at]
        if quote in "'\"" and (close := text.find(quote, at + 1)) >= 0 and "\n" not in text[at:close]:
            at = close + 1
        elif END.match(text, at):
            break
        else:
            at += 1
    return at


def with_examples(line):
    """What a reader would type: an example for each word that stands for something."""
    def example(match):
        return STANDS_FOR.get(match.group(0), match.group(0))
    line = re.sub(r" ?\[[A-Z]+\]", "", line)  # what may be left out is
    line = line.replace("YOUR.SITE", "example.org").replace("YOUR.SERVER", "example.org")
    line = line.replace("--media FILE", "--media oak.png").replace("--until WHEN", "--until 'in 9 days'")
    return re.sub(r"(?<![\w@])(?:A,B|X,Y|iN|[A-Z]+(?:-[A-Z]+)*)(?![\w.])", example, line)


# --- in the source


def _literal(source, at):
    """The string literal that begins there, decoded, and where it ends."""
    text = []
    at += 1
    while source[at] != '"':
        if source[at] == "\\":
            at += 1
            text.append({"n": "\n", "t": "\t"}.get(source[at], source[at]))
        else:
            text.append(source[at])
        at += 1
    return "".join(text), at + 1


def _operand(source, at):
    """Where an expression between two + ends, and what it says."""
    depth = 0
    start = at
    while at < len(source):
        c = source[at]
        if c == '"':
            _, at = _literal(source, at)
            continue
        if c in "([{":
            depth += 1
        elif c in ")]}":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and c in "+,;?:" and source[at:at + 2] != "::" and source[at - 1:at + 1] != "::":
            break
        at += 1
    return source[start:at].strip(), at


def sentences(source):
    """(line number, text) of each chain of literals; \\0 stands for what is put in between."""
    source = re.sub(r"(?m)^\s*//.*$", "", source)
    source = re.sub(r"'(?:\\.|[^'\\])'", "' '", source)
    source = re.sub(r'R"(\w*)\((?:.|\n)*?\)\1"', lambda m: '""' + "\n" * m.group(0).count("\n"), source)
    return _chains(source, 1)


def _chains(source, first_line):
    at = 0
    while True:
        at = source.find('"', at)
        if at < 0:
            return
        number = source.count("\n", 0, at) + first_line
        text, at = _literal(source, at)
        while True:
            rest = re.match(r"\s*\)*\s*", source[at:])
            after = at + rest.end()
            if source[after:after + 1] == '"':
                more, at = _literal(source, after)
                text += more
            elif source[after:after + 1] == "+":
                after += 1 + re.match(r"[=\s]*", source[after + 1:]).end()
                if source[after] == '"':
                    more, at = _literal(source, after)
                    text += more
                else:
                    said, at = _operand(source, after)
                    text += "\0"
                    yield from _chains(said, number)
            else:
                break
        yield number, text


def in_source(folder, names):
    """(place, command line) for all that the program may print."""
    for root, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            if not name.endswith((".cpp", ".h", ".def")):
                continue
            path = os.path.join(root, name)
            with open(path, encoding="utf-8") as file:
                for number, text in sentences(file.read()):
                    for line in advised(text, names):
                        yield f"{os.path.relpath(path, folder)}:{number}", line


# --- typed


class Typist:
    """Types command lines in a copy of a folder, home and all, so that none of them changes what the next one finds."""

    def __init__(self, postq, folder, scratch, environment):
        self.folder = folder
        self.copy = os.path.join(scratch, "copy")
        self.environment = {name: value.replace(folder, self.copy) for name, value in environment.items()}
        programs = os.path.join(scratch, "bin")
        os.makedirs(programs)
        os.symlink(os.path.abspath(postq), os.path.join(programs, "postq"))
        self.environment["PATH"] = programs + ":" + environment["PATH"]

    def is_command(self, line):
        """Whether it is but a command's name, as sentences mention it: what that needs is in its help."""
        if not re.fullmatch(r"postq( [a-z-]+)+", line):
            return False
        return self.type("postq help" + line[len("postq"):])[0] == 0

    def type(self, line):
        """The exit code of the line in a shell, and what was said."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.folder, self.copy, symlinks=True, ignore=shutil.ignore_patterns("pipe"))
        line = line.replace(self.folder, self.copy)  # paths that were printed lie there
        done = subprocess.run(["/bin/bash", "-o", "pipefail", "-c", line], input="1\n", cwd=self.copy,
                              capture_output=True, text=True, errors="replace", env=self.environment, timeout=60)
        return done.returncode, done.stdout + done.stderr
