"""An agency made from a seed, with clients whose names are easy and hard to tell from everyday words."""

from __future__ import annotations

import random
from uuid import UUID

import msgspec

from audienceos.inbox.firewall import Contact, KnownClient, Team


def _several(said: str, between: str) -> list[str]:
    """The words of a list that is written as one text."""
    return [
        word.strip()
        for word in said.replace("\n", between if between == " " else " ").split(between)
        if word.strip()
    ]


NAMES = _several(
    """
Halden Dental Group| Kestrel & Finch Ltd| Müller & Söhne GmbH| Northwind Physio| Brightsmile Clinics|
Okonkwo Legal LLP| Apple Tree Nursery| Next| Target| Orange| Fresh Start| Bright Horizons|
First Choice Travel| Best Western Interiors| Lumenta| Voltiq Energy| Brasserie Lavande| Café Zürich|
Señor Taco| Ångström Optics| Wickham Estates| Ferrand & Fils SARL| Juniper Row| Copperfield Books|
Delta Roofing| Summit| Oasis Spa| The Gallery| Blue Ocean Charters| Silverline Freight| Tandem Cycles|
Hearthstone Bakery| Greenleaf Dispensary| Pinecrest Vets| Marlowe Hotels| Quillon| Zephyr Air|
Ostrava Steel| Bexley Motors| Sorrento Kitchens| Ravenna Tiles| Kinderland| Praxis Dr. Weber|
Steuerbüro Hansen| Hofladen Krüger| Bäckerei Sommer| Autohaus Lindner| Boulangerie Petit| Clínica Robles|
Viajes Solana| Van Dijk Fietsen| De Gouden Leeuw| Tulip| Vision| Momentum Fitness| Pulse| Anchor Insurance|
Beacon Security| Compass Realty| Harbour View Hotel| Shell Cove Marina| Aldgate Wines| Thornbury Golf Club|
Elmsworth School| Caldera Coffee| Moss & Fern| Ironbridge Brewing| Salt Lane Studio| St. Mary's Hospice|
H2O Plumbing| A1 Taxis| B&G Flooring| Kobalt Werkzeuge| Nordlicht Reisen| Alpenblick Apotheke|
Lakeshore Pediatrics| Grace| Morgan Estates| Ruby's Diner| Victoria Bridal| Yorkdale Mall| Parallel|
Echo Labs| Zenith
""",
    "|",
)
FIRST = _several(
    """
Jonas Amelia Priya Tobias Yusuf Chloe Mateo Ingrid Farah Leon Hanna Oskar Lucia Bram Noor Elise Viktor
Sunita Declan Aoife Renata Milan Greta Omar Juliette Stefan Carmen Ruben Saskia Henrik Naomi Callum Dalia
Petra Enzo Wanda Igor Maeve
""",
    " ",
)
LAST = _several(
    """
Okafor Lindqvist Ramirez Whitcombe Haddad Bergmann Castellano Devries Osei Marchetti Kowalski Thornton Abara
Nakamura Fontaine Gruber Sandoval Petrov Achterberg Malone Iversen Quintero Blackwood Feldmann Duarte Moreau
Vance Holloway Jansen Kaplan Rinaldi Stroud Tremblay Ueda Vogler Yilmaz Zielinski Ashcroft Bellamy Corrigan
""",
    " ",
)
COLLEAGUES = (
    "Tom Reyes",
    "Maya Lindt",
    "Lena Voss",
    "Sam Whitaker",
    "Ines Falk",
    "Grace Morgan",
    "Victor Summers",
)
MEDIA = ("Search", "Social", "Shopping", "Display", "Video")
THEMES = ("Spring Sale", "Brand", "Retargeting", "Black Friday", "Summer", "Awareness Q2", "Always On")


class Agency(msgspec.Struct, frozen=True):
    """The agency's clients and itself."""

    clients: tuple[KnownClient, ...]
    team: Team


def an_agency(rng: random.Random) -> Agency:
    """Eighty-odd clients with ten contacts each; some people work for two, some write from free mail."""
    clients = [_client(name, rng) for name in NAMES]
    for at in range(0, len(clients) - 1, 9):  # a freelancer who works for two of them
        shared = Contact(address=f"freelance{at}@studio-{LAST[at % len(LAST)].lower()}.example", name="")
        for which in (at, at + 1):
            clients[which] = msgspec.structs.replace(
                clients[which], contacts=(*clients[which].contacts, shared)
            )
    team = Team(
        names=("Audience House", *COLLEAGUES),
        addresses=tuple(f"{name.split()[0].lower()}@audiencehouse.example" for name in COLLEAGUES),
        domains=("audiencehouse.example",),
    )
    return Agency(tuple(clients), team)


def _client(name: str, rng: random.Random) -> KnownClient:
    slug = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    domain = f"{slug}.example"
    people = [f"{rng.choice(FIRST)} {rng.choice(LAST)}" for _ in range(10)]
    contacts = [Contact(address=_address(person, domain, rng), name=person) for person in people]
    code = "".join(word[0] for word in name.split() if word[0].isalpha()).upper()
    campaigns = (
        f"{code}{rng.randrange(100, 999)}_{rng.choice(MEDIA)}_{rng.choice(THEMES)}",
        f"{name} {rng.choice(THEMES)}",
        rng.choice(THEMES),
    )
    return KnownClient(
        id=UUID(int=rng.getrandbits(128), version=4),
        names=(name,),
        contacts=tuple(contacts),
        domains=(domain,),
        campaigns=campaigns,
    )


def _address(person: str, domain: str, rng: random.Random) -> str:
    local = person.lower().replace(" ", ".")
    free = rng.random() < 0.1
    return f"{local}{rng.randrange(10, 99)}@gmail.com" if free else f"{local}@{domain}"
