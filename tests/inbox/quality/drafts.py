"""Drafts made from a seed: clean ones with everything that could look wrong, and ones with a single mistake."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import msgspec
from msgspec.structs import replace

from audienceos.inbox.firewall import Attachment, Contact, Draft, Kind, KnownClient, Variable
from tests.inbox.quality.agency import FIRST, LAST, MEDIA, Agency

DRAFTS = 10_000
SEED = 20260302
PLAIN = (
    "Hi {first},\n\nattached is the February report for {name}. Leads are up by 12 % and the cost per lead fell to 31.",
    "Hello {first}, next week we'd like to test a new headline for {name}. Target CPA stays at 40.",
    "Dear {first},\nThank you for the call. As discussed we pause {campaign} until Monday and move its budget to Search.",
    "Hi {first},\n\nNext Tuesday works. {colleague} will join from our side.\n\nBest,\nTom",
    "Good morning {first}, please see the brief for {name}. {colleague} has put the vision into one page.",
    "Hi {first}, with every grace period over we need the invoice address of {name} by Friday.",
    "Hi {first}, Google, Meta and Pinterest have approved all ads. The echo on social is good, the first choice was right.",
    "Hi {first}, the DNS change for {domain} is through. You may see a delta between the two dashboards for a day.",
    "{first}, thanks! I'll ask {colleague} about the gallery images and the compass icon and get back to you tomorrow.",
    "Hallo {first}, anbei die Entwürfe für {name}. Im Sommer wollen wir mit Video starten, das Licht ist dann besser.",
    "Bonjour {first}, voici le rapport de {name}. Le petit bouton orange convertit mieux que prévu.",
)
HAZARDS = (
    "Hi {first}, the landing page is live. Next steps: Apple Search Ads, then Orange County as a new region.",
    "{first}, quick question: should the orange button stay, or shall we go for a fresh start in blue?",
    "Hi {first}, retargeting and awareness share one budget from now on. Black Friday is planned as an always-on campaign.",
    "Hi {first}, our target for April is 300 leads. The pulse survey shows real momentum, with summer as the summit.",
    "Hi {first}, Target Audience and Next Steps are on page 2. The shell of the new page is at https://{domain}/next/target.",
    "Hallo {first}, die Vision gefällt uns, und der Pulse im Video sitzt. Bitte oben rechts auf Next klicken.",
    "Hi {first}, we'd call the mailing Fresh Start: three ideas for {name}. The Summit in May would be a good date.",
    "Hi {first}, Victoria from the print shop says the Orange on the flyers is out of stock, Grace has ordered more.",
    "Hi {first}, the fair in Thornbury starts on the 14th; Mr Bexley of the venue needs the logo of {name} by then.",
    "Hi {first}, the blue ocean strategy in the deck is from a book. Our best western audience is still California.",
    "Hi {first}, {name} ranks third for 'dental group near me'. The spa hotels are first, the physio chains second.",
    "Hi {first}, one more idea for {name}: a tulip giveaway in spring, an anchor text for SEO, and a beacon test.",
)
"""With words, places and people that are clients' names too."""
BODIES = PLAIN + HAZARDS
QUOTES = (
    "On Mon, 2 Mar 2026, {contact} <{address}> wrote:\n> Could you send us the report for {name}?",
    "From: {contact} <{address}>\nSubject: {name}: next steps\n\nThanks, looks good to me.",
    "> {contact} wrote:\n> we at {name} would like to start in April.",
)


class Made(msgspec.Struct, frozen=True):
    """A draft, and the mistake in it."""

    draft: Draft
    mistake: str | None
    kind: Kind | None = None
    other: KnownClient | None = None


def made(agency: Agency, rng: random.Random) -> Iterator[Made]:
    """Ten thousand drafts, every other one with a mistake."""
    for number in range(DRAFTS):
        client, other = rng.sample(agency.clients, 2)
        draft = _clean(client, agency, rng)
        if number % 2:
            yield Made(draft, None)
        else:
            mistake = list(MISTAKES)[number // 2 % len(MISTAKES)]
            kind, spoil = MISTAKES[mistake]
            yield Made(spoil(draft, client, other, rng), mistake, kind, other)


def _clean(client: KnownClient, agency: Agency, rng: random.Random) -> Draft:
    contact = rng.choice(client.contacts)
    recipients = [contact.address]
    if rng.random() < 0.4:
        recipients.append(rng.choice([*(one.address for one in client.contacts), *agency.team.addresses]))
    return Draft(
        client_id=client.id,
        recipients=tuple(recipients),
        text=rng.choice(BODIES).format(
            **_slots(client, contact, rng), colleague=rng.choice(agency.team.names)
        ),
        quoted=rng.choice(QUOTES).format(**_slots(client, contact, rng)) if rng.random() < 0.5 else "",
        attachments=_files(client, agency, rng),
        variables=(Variable(name="client_name", value=client.names[0], client_id=client.id),),
    )


def _slots(client: KnownClient, contact: Contact, rng: random.Random) -> dict[str, str]:
    return {
        "name": client.names[0],
        "first": contact.name.split(" ")[0] or "all",
        "contact": contact.name,
        "address": contact.address,
        "campaign": rng.choice(client.campaigns),
        "domain": client.domains[0],
    }


def _files(client: KnownClient, agency: Agency, rng: random.Random) -> tuple[Attachment, ...]:
    own = Attachment(name="Report_February.pdf", sha256="1", seen_with=(client.id,))
    new = Attachment(name=f"Media plan {rng.choice(MEDIA)} next quarter.xlsx", sha256="2")
    everybody = tuple(one.id for one in rng.sample(agency.clients, 6))
    price_list = Attachment(name="Price list 2026.pdf", sha256="3", seen_with=everybody)
    return tuple(rng.sample((own, new, price_list), rng.randrange(3)))


def _wrong_recipient(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    return replace(draft, recipients=(_own_contact(client, other, rng).address, *draft.recipients[1:]))


def _left_over(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    return replace(draft, recipients=(*draft.recipients, _own_contact(client, other, rng).address))


def _own_contact(client: KnownClient, other: KnownClient, rng: random.Random) -> Contact:
    """A contact of the other client who isn't one of this client too."""
    ours = {contact.address for contact in client.contacts}
    return rng.choice([contact for contact in other.contacts if contact.address not in ours])


def _wrong_domain(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    address = f"{rng.choice(FIRST).lower()}_{rng.choice(LAST).lower()}@{other.domains[0]}"
    return replace(draft, recipients=(address, *draft.recipients[1:]))


def _look_alike(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    name, _, ending = client.domains[0].rpartition(".")
    at = rng.randrange(1, len(name)) if len(name) > 1 else 0
    spoilt = rng.choice(
        [
            f"{name[:at]}-{name[at:]}.{ending}",
            f"{name}.example-mail",
            f"{name.replace('l', '1').replace('o', '0')}.{ending}",
            f"{name[:at]}{name[at:][1:]}.{ending}",
            f"{name[:at]}{name[at - 1]}{name[at:]}.{ending}",
        ]
    )
    if spoilt == client.domains[0]:
        spoilt = f"{name}s.{ending}"
    return replace(draft, recipients=(f"{rng.choice(FIRST).lower()}@{spoilt}",))


def _slip(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    name = other.names[0]
    said = rng.choice(
        [name, name, name, name.lower(), name.upper(), name.split()[0], f"{name}'s", name.replace(" ", "")]
    )
    body = rng.choice(
        ["The numbers for {} look good.", "We have updated the ads of {} today.", "Welcome to {}, all."]
    )
    return replace(draft, text=f"{draft.text}\n\n{body.format(said)}")


def _forwarded(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    contact = _own_contact(client, other, rng)
    return replace(draft, quoted=rng.choice(QUOTES).format(**_slots(other, contact, rng)))


def _wrong_file(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    seen = Attachment(name="Report_February.pdf", sha256="9", seen_with=(other.id,))
    named = Attachment(name=f"{other.names[0].replace(' ', '_')}_Report.pdf", sha256="8")
    return replace(draft, attachments=(*draft.attachments, rng.choice((seen, named))))


def _wrong_variable(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    value = Variable(name="monthly_budget", value="4,500", client_id=other.id)
    return replace(draft, variables=(*draft.variables, value))


def _wrong_campaign(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    return replace(draft, text=f"{draft.text}\nPaused today: {rng.choice(other.campaigns[:2])}.")


def _anybodys_campaign(draft: Draft, client: KnownClient, other: KnownClient, rng: random.Random) -> Draft:
    return replace(draft, text=f"{draft.text}\nPaused today: {other.campaigns[2]}.")


Spoil = Callable[[Draft, KnownClient, KnownClient, random.Random], Draft]
MISTAKES: dict[str, tuple[Kind, Spoil]] = {
    "a recipient of another client": ("recipient_of_other_client", _wrong_recipient),
    "a copy left over from another client": ("recipient_of_other_client", _left_over),
    "somebody new at another client's domain": ("recipient_domain_of_other_client", _wrong_domain),
    "a domain that only looks like the client's": ("lookalike_recipient", _look_alike),
    "another client's name in the text": ("names_other_client", _slip),
    "another client's thread quoted below": ("quotes_other_client", _forwarded),
    "another client's file": ("attachment_of_other_client", _wrong_file),
    "a template filled with another client's value": ("variable_of_other_client", _wrong_variable),
    "another client's campaign in the text": ("campaign_of_other_client", _wrong_campaign),
    "a campaign that is called as many are": ("campaign_of_other_client", _anybodys_campaign),
}
