"""Phrases of five languages by what they mean, a `.txt` file for each language.

| Meaning | What it says |
|---|---|
| asks | a question, with or without its mark |
| wants | a wish, an order, a question within a statement |
| polite | looks like a wish and is only a manner of closing |
| rhetorical | a question that no one need answer |
| complains | displeasure, impatience, sarcasm |
| problem | something is wrong, missing or refused |
| doubts | the same, where nothing in the sentence thanks or praises |
| resolved | what was wrong is right again; it outweighs `problem` and `doubts` |
| withdraws | nothing is wanted any more |
| informs | said for information only |
| thanks, good, social | thanks and agreement, praise, greetings and small talk |
| but | what follows takes something back |
| hands | gives something |
| done | says that something is done |
| promises | the speaker will do something |
| plans | the speaker will do something, whatever it is |
| idle | what looks like a plan and isn't |
| demands | an order that no manner of closing weakens |
| holding | the speaker is at it, without a result |
| accepts | agrees to a request |
| unless | a promise that rests on what the other does first |
"""

from collections import defaultdict
from pathlib import Path

from audienceos.inbox.waiting.lexicon import Lexicon

LANGUAGES = ("english", "german", "french", "spanish", "dutch")


def _all() -> Lexicon:
    meanings: defaultdict[str, list[str]] = defaultdict(list)
    for language in LANGUAGES:
        meaning = ""
        for line in (Path(__file__).parent / f"{language}.txt").read_text("utf-8").split("\n"):
            if line.startswith("["):
                meaning = line.strip("[]")
            elif line:
                meanings[meaning].append(line)
    return Lexicon(meanings)


LEXICON = _all()
