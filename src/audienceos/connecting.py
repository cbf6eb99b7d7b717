"""The vendors' rooms, told to the room of connections: for the web process and for the worker alike."""

from __future__ import annotations

from audienceos.connections.ports import App, Vendor, answer_provider, answer_sync
from audienceos.connections.vault import answer_apps
from audienceos.inbox.actions.fetching import answer_files
from audienceos.inbox.ports import answer_archive, answer_courier, answer_workspace
from audienceos.notifications.ports import answer_courier as answer_carrier
from audienceos.notifications.ports import answer_outlets
from audienceos.platform.sealing import Secret, box_of, keep_box
from audienceos.platform.settings import Settings
from audienceos.providers.gmail.connect import GmailConnect
from audienceos.providers.gmail.courier import GmailCourier
from audienceos.providers.gmail.files import GmailFiles
from audienceos.providers.gmail.jobs import READ as READ_GMAIL
from audienceos.providers.gmail.jobs import speak_with
from audienceos.providers.gmail.wire import service_of
from audienceos.providers.google_ads.connect import GoogleAdsConnect
from audienceos.providers.mailbox.courier import MailboxCourier
from audienceos.providers.mailbox.files import MailboxFiles
from audienceos.providers.mailbox.sweeping import READ
from audienceos.providers.meta_ads.connect import MetaAdsConnect
from audienceos.providers.slack.archived import SlackArchive
from audienceos.providers.slack.calling import be_at
from audienceos.providers.slack.connect import SlackConnect
from audienceos.providers.slack.courier import SlackCourier
from audienceos.providers.slack.notices import SlackOutlets, carry
from audienceos.providers.slack.rooms import SlackRooms
from audienceos.providers.slack.sweeping import SWEEP


def tell_connections(settings: Settings) -> None:
    """Say which services there are, in the name of which apps, and what seals their grants.

    Raises `SettingsError` when the keys for that are missing, wrong or open to others.
    """
    keep_box(box_of(settings))
    be_at(settings)
    answer_apps(installation_apps(settings))
    answer_sync("imap", READ)
    answer_sync("slack", SWEEP)
    answer_courier("slack", SlackCourier())
    rooms = SlackRooms()
    answer_workspace(rooms)
    answer_outlets(SlackOutlets(rooms))
    answer_carrier(carry)
    answer_courier("mailbox", MailboxCourier(private=settings.private_mail_hosts))
    answer_files("mailbox", MailboxFiles(private=settings.private_mail_hosts))
    answer_files("gmail", GmailFiles(service_of(settings)))
    speak_with(settings)
    answer_sync("gmail", READ_GMAIL)
    answer_courier("gmail", GmailCourier(service_of(settings)))
    for provider in (SlackConnect, GmailConnect, GoogleAdsConnect, MetaAdsConnect):
        answer_provider(provider(settings))
    answer_archive("slack_export", SlackArchive())


def installation_apps(settings: Settings) -> dict[Vendor, App]:
    """The installation's own apps: those of which the settings say both halves."""
    s = settings
    given: dict[Vendor, App] = {
        "slack": _app(s.slack_client_id, s.slack_client_secret, signing=s.slack_signing_secret),
        "google": _app(s.google_client_id, s.google_client_secret, developer=s.google_ads_developer_token),
        "meta": _app(s.meta_client_id, s.meta_client_secret),
    }
    return {vendor: app for vendor, app in given.items() if app.client_id and app.client_secret.reveal()}


def _app(client_id: str, secret: str, *, signing: str = "", developer: str = "") -> App:
    return App(
        client_id=client_id,
        client_secret=Secret(secret),
        signing_secret=Secret(signing) if signing else None,
        developer_token=Secret(developer) if developer else None,
    )
