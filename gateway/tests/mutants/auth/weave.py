"""Writes all mutants of a file into it at once, each behind its number: one build then serves all of them.

Which there are, and what each puts where, is cargo-mutants' list. What this cannot write so that it compiles beside the
others is left to cargo-mutants itself. Another operator stands between the operands of the one that it replaces, also where
it binds otherwise: `a && b || c` becomes `(a || b) || c`.
"""

import bisect
import re

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
      | (?P<comment>/\*)
      | (?P<raw>b?r(?P<hashes>\#*)".*?"(?P=hashes))
      | (?P<text>b?"(?:[^"\\]|\\.)*")
      | (?P<char>b?'(?:[^'\\\n]|\\(?:u\{[^}]*\}|x..|.))')
      | (?P<life>'[A-Za-z_]\w*)
      | (?P<number>\d[\w]*(?:\.\d[\w]*)?)
      | (?P<name>[A-Za-z_]\w*)
      | (?P<sign><<=|>>=|\.\.=|\.\.\.|::|->|=>|==|!=|<=|>=|&&|\|\||<<|>>|\+=|-=|\*=|/=|%=|\^=|&=|\|=|\.\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)

# How tightly an operator binds.
BINDS = {"||": 1, "&&": 2}
BINDS.update(dict.fromkeys(["==", "!=", "<", ">", "<=", ">="], 3))
ASSIGNS = {"+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<=", ">>="}
BINDS.update({"|": 4, "^": 5, "&": 6, "<<": 7, ">>": 7, "+": 8, "-": 8, "*": 9, "/": 9, "%": 9})
UNARY = 10
ENDS = {";", ",", ":", "#", "=>", "=", "..", "..=", "->"} | ASSIGNS
WORDS = {"return", "break", "if", "while", "match", "in", "else", "let", "move", "for", "unsafe", "async"}
OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}


class Unwoven(Exception):
    """What is not written beside the others."""


class Source:
    def __init__(self, text):
        self.text = text
        self.lines = [0] + [end.end() for end in re.finditer("\n", text)]
        self.tokens = []
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if found.lastgroup == "comment":
                at = text.index("*/", at) + 2
                continue
            if found.lastgroup != "space":
                self.tokens.append((found.start(), found.end(), found.group()))
            at = found.end()
        self.starts = [token[0] for token in self.tokens]
        self.partner = {}
        self.closures = set()
        self._match()

    def _match(self):
        stack = []
        for place, (_, _, word) in enumerate(self.tokens):
            if word in OPEN:
                stack.append(place)
            elif word in CLOSE:
                self._pair(stack.pop(), place)
            elif word == "<" and place and self.word(place - 1) == "::":
                self._angles(place)
            elif word in ("|", "||") and place not in self.closures and self._opens(place):
                self.closures.add(place)
                if word == "|":
                    self.closures.add(next(p for p in range(place + 1, len(self.tokens)) if self.word(p) == "|"))

    def _angles(self, place):
        depth = 0
        for other in range(place, len(self.tokens)):
            word = self.word(other)
            depth += {"<": 1, "<<": 2, ">": -1, ">>": -2}.get(word, 0)
            if depth == 0:
                self._pair(place, other)
                return

    def _pair(self, one, other):
        self.partner[one], self.partner[other] = other, one

    def _opens(self, place):
        return place == 0 or self.word(place - 1) in {"(", ",", "=", "=>", "{", ";", "move", "return", "["}

    def word(self, place):
        return self.tokens[place][2]

    def offset(self, at):
        return self.lines[at["line"] - 1] + at["column"] - 1

    def offsets(self, span):
        return self.offset(span["start"]), self.offset(span["end"])

    def token_at(self, offset):
        place = bisect.bisect_left(self.starts, offset)
        if place == len(self.starts) or self.starts[place] != offset:
            raise Unwoven("no token begins there")
        return place

    def is_prefix(self, place):
        """Whether this `-`, `*`, `&` or `!` stands before its operand and not between two."""
        before = self.word(place - 1)
        begins_anew = {*ENDS, *OPEN, *WORDS, "!", "}"}
        return place - 1 in self.closures or before in begins_anew or self.is_operator(place - 1)

    def is_operator(self, place):
        return self.word(place) in BINDS and place not in self.partner

    def is_after_let(self, offset):
        """Whether what begins there is looked at by an `if let`."""
        place = self.token_at(offset) - 1
        if self.word(place) != "=":
            return False
        while self.word(place) != "let" and self.word(place) not in (";", "{", "}"):
            place = min(place, self.partner.get(place, place)) - 1
        return self.word(place) == "let" and self.word(place - 1) in ("if", "while", "&&")

    def left(self, place, binds):
        """Where the operand on the left of an operator begins."""
        begins = None
        place -= 1
        while place >= 0:
            word = self.word(place)
            if place in self.closures or word in OPEN or word in ENDS or word in WORDS:
                break
            # A block that is a statement of its own.
            if word == "}" and begins is not None and self.word(begins) not in (".", "?"):
                break
            if self.is_operator(place) and not self.is_prefix(place) and BINDS[word] < binds:
                break
            place = min(place, self.partner.get(place, place))
            begins = place
            place -= 1
        if begins is None:
            raise Unwoven("nothing stands on the left")
        return self.tokens[begins][0]

    def right(self, place, binds):
        """Where the operand on its right ends."""
        ends = None
        place += 1
        while place < len(self.tokens):
            word = self.word(place)
            if ends is None and (place in self.closures or word in WORDS):
                raise Unwoven("an operand of its own kind")
            if word in CLOSE or word in ENDS or (word == "{" and ends is not None):
                break
            if word == "as" and binds == UNARY:
                break
            is_between = ends is not None and self.is_operator(place) and not self.is_prefix(place)
            if is_between and BINDS[word] <= binds:
                break
            place = max(place, self.partner.get(place, place))
            ends = place
            place += 1
        if ends is None:
            raise Unwoven("nothing stands on the right")
        return self.tokens[ends][1]


class Edit:
    """One place, with all that is put there by turns."""

    def __init__(self, begin, end, write):
        self.begin, self.end, self.write = begin, end, write
        self.mutants = []


def place(source, mutant):
    """What tells a place from others, and how an edit of it begins."""
    begin, end = source.offsets(mutant["span"])
    genre = mutant["genre"]
    if genre == "FnValue":
        if "impl " in mutant["function"]["return_type"]:
            raise Unwoven("a type of its own")
        return genre, begin, begin, write_body
    if genre == "MatchArmGuard":
        return genre, begin, end, write_guard
    at = source.token_at(begin)
    if genre == "MatchArm":
        while source.word(at) != "=>":
            at = source.partner.get(at, at) + 1
        arrow = source.tokens[at][0]
        return genre, arrow, arrow, write_arm
    if genre == "UnaryOperator":
        return genre, begin, source.right(at, UNARY), write_operand
    if genre == "BinaryOperator":
        # What assigns stands alone.
        binds = 0 if source.word(at) in ASSIGNS else BINDS[source.word(at)]
        first, last = source.left(at, binds), source.right(at, binds)
        if source.is_after_let(first):
            raise Unwoven("it links conditions of which one binds names")
        return (genre, begin), first, last, write_operator
    raise Unwoven(genre)


def marked(number, text):
    return f"/*<{number}*/{text}/*{number}>*/"


def switch(arms, otherwise):
    chosen = "".join(f" {number} => {{ {marked(number, text)} }}" for number, text in arms)
    numbers = ",".join(str(number) for number, _ in arms)
    return f"/*[{numbers}*/(match crate::mutant::chosen() {{{chosen} _ => {{ {otherwise} }} }})/*]*/"


def write_body(_, edit, __):
    def one(mutant):
        test = f"if crate::mutant::chosen() == {mutant['number']}"
        return marked(mutant["number"], f"{test} {{ return {mutant['replacement']}; }} ")

    return "".join(one(mutant) for mutant in edit.mutants)


def write_guard(_, edit, otherwise):
    return switch([(mutant["number"], mutant["replacement"]) for mutant in edit.mutants], otherwise)


def write_arm(_, edit, __):
    (mutant,) = edit.mutants
    return marked(mutant["number"], f"if crate::mutant::chosen() != {mutant['number']} ")


def write_operand(source, edit, otherwise):
    operand = source.text[edit.begin + 1 : edit.end]
    return switch([(mutant["number"], operand) for mutant in edit.mutants], otherwise)


def write_operator(source, edit, otherwise):
    def arm(mutant):
        begin, end = source.offsets(mutant["span"])
        before, after = source.text[edit.begin : begin], source.text[end : edit.end]
        return mutant["number"], before + mutant["replacement"] + after

    return switch([arm(mutant) for mutant in edit.mutants], otherwise)


def edits(source, mutants):
    """From outside to inside; what only stands before something comes first."""
    found, left = {}, []
    for mutant in mutants:
        try:
            key, begin, end, write = place(source, mutant)
        except (Unwoven, KeyError, IndexError) as why:
            left.append((mutant, str(why)))
            continue
        found.setdefault((key, begin, end), Edit(begin, end, write)).mutants.append(mutant)
    order = sorted(found.values(), key=lambda edit: (edit.begin, edit.begin != edit.end, -edit.end))
    return order, left


def woven(text, mutants):
    """The file with them, and those that are not in it."""
    source = Source(text)
    found, left = edits(source, mutants)

    def render(begin, end, first):
        parts, at = [], begin
        for number in range(first, len(found)):
            edit = found[number]
            if edit.begin < at or edit.end > end:
                continue
            # One mutant at a time: where one is chosen, there is no other.
            otherwise = render(edit.begin, edit.end, number + 1) if edit.begin != edit.end else ""
            parts += [source.text[at : edit.begin], edit.write(source, edit, otherwise)]
            at = edit.end
        return "".join(parts) + source.text[at:end]

    return render(0, len(text), 0), left
