"""The fields of a client that a column can fill, and the names under which other tools know them."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal[
    "line", "email", "domain", "phone", "stage", "owner", "date", "moment", "money", "tags", "notes"
]


class Field(NamedTuple):
    """One field: its label, what its values are, whether several columns may fill it, what others call it.

    The names are folded (`header_key`), the most telling first.
    """

    label: str
    kind: Kind
    names: tuple[str, ...]
    takes_several: bool = False


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


FIELDS: dict[str, Field] = {
    "name": Field("Name", "line", _names("""
        company name, account name, organization name, organisation name, client name, customer name, company,
        organization, organisation, account, client, customer, name, business name, business, firmenname, firma,
        unternehmen, kunde, entreprise, société, empresa, deal name, deal title, title, item""")),
    "external_id": Field("Id in the other tool", "line", _names("""
        record id, record id company, company id, account id, account id 18, organization id, organisation id,
        client id, customer id, external id, item id auto generated, item id, uuid, id, kundennummer""")),
    "domain": Field("Domain", "domain", _names("""
        company domain name, domain, domain name, company domain, website, website url, web site, company website,
        organization website, organization domain, account website, url, homepage, webseite, site web, sitio web""")),
    "stage": Field("Stage", "stage", _names("""
        lifecycle stage, pipeline stage, stage, client stage, deal stage, account stage, client status, account status,
        customer status, status, phase, lead status, account type""")),
    "owner": Field("Owner", "owner", _names("""
        company owner, account owner, client owner, organization owner, customer owner, owner, record owner,
        account manager, client manager, owner email, owner name, assigned to, assignee, deal owner,
        customer success manager, csm, responsible, betreuer, verantwortlich""")),
    "contact_name": Field("Contact name", "line", _names("""
        contact name, primary contact, primary contact name, main contact, contact person, contact, person name,
        contact full name, full name, point of contact, poc, ansprechpartner, kontakt"""), takes_several=True),
    "contact_email": Field("Contact e-mail", "email", _names("""
        contact email, contact e mail, primary contact email, person email work, person email, primary email, email,
        e mail, email address, e mail address, company email, billing email, mail""")),
    "contact_phone": Field("Contact phone", "phone", _names("""
        contact phone, contact phone number, person phone work, person phone, phone number, phone, telephone, tel,
        company phone, mobile phone number, mobile phone, mobile, telefon, téléphone""")),
    "stage_since": Field("In stage since", "moment", _names("""
        in stage since, stage since, stage entered, stage entered at, date entered current stage, entered stage,
        last stage change, stage change date, stage changed, last stage changed date""")),
    "last_activity": Field("Last activity", "moment", _names("""
        last activity date, last activity, last activity at, last contacted, last contact, last contact date,
        last activity time""")),
    "install_date": Field("Install date", "date", _names("""
        install date, installation date, installed on, installed, go live date, go live, live since, launch date""")),
    "lifetime_value": Field("Lifetime value", "money", _names("""
        lifetime value, customer lifetime value, client lifetime value, ltv, clv, client ltv""")),
    "total_spend": Field("Total spend", "money", _names("total spend, total ad spend, ad spend, total spent")),
    "tags": Field("Tags", "tags", _names("tags, labels, tag, label, organization label"), takes_several=True),
    "notes": Field("Notes", "notes", _names("""
        notes, note, comments, comment, remarks, notizen, bemerkungen, remarques, description"""), takes_several=True),
}  # fmt: skip

SOURCES: dict[str, frozenset[str]] = {
    "hubspot": frozenset(_names("""
        record id, company name, company owner, create date, lifecycle stage, company domain name, last activity date,
        lead status, associated contact, number of employees, country region, state region""")),
    "salesforce": frozenset(_names("""
        account id, account id 18, account name, account owner, account owner alias, billing city, billing state province,
        billing country, billing zip postal code, account type, last modified date""")),
    "pipedrive": frozenset(_names("""
        organization id, organization name, organization owner, organization label, organization address, person name,
        person email work, person phone work, deal title, deal stage, organization people, organization open deals""")),
    "zoho": frozenset(_names("""
        record id, account name, account owner id, account owner, account number, billing street, created time,
        modified time, last activity time, created by id, parent account id""")),
    "monday": frozenset(_names("subitems, item id auto generated, group, timeline")),
    "notion": frozenset(_names("created time, last edited time, created by, last edited by")),
    "airtable": frozenset(_names("assignee, attachments, attachment summary, last modified by")),
}  # fmt: skip
"""Headers that a tool's exports have; two of them at least, and more than of any other tool, name it."""

UNKNOWN_SOURCE = "file"
_NO_WORD = re.compile(r"[^\w]+|_+")


def header_key(header: str) -> str:
    """A header folded for comparing: words in small letters with single blanks between."""
    return " ".join(_NO_WORD.sub(" ", header.casefold()).split())


def source_of(headers: list[str]) -> str:
    """The tool whose exports have such headers, or `file`."""
    keys = {header_key(header) for header in headers}
    found = {source: len(keys & known) for source, known in SOURCES.items()}
    best = max(found, key=lambda source: found[source])
    alone = sum(count == found[best] for count in found.values()) == 1
    return best if alone and found[best] >= 2 else UNKNOWN_SOURCE
