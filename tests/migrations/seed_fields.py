"""The given data model, field by field, written out by hand from its 19 tables.

`name:type` in the order given; `!` is required. A type in brackets is a choice. Where the product says more
than the given model (a width for money, a default for an optional list), SAID_MORE has the difference.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

FIELDS = {
    "agency": """id:uuid! name:string(100)! slug:string(50)! logo_url:string(500) domain:string(100)
        timezone:string(50)! business_hours:jsonb pipeline_stages:string[]! health_thresholds:jsonb!
        created_at:timestamp! updated_at:timestamp!""",
    "user": """id:uuid! agency_id:uuid! email:string(100)! first_name:string(50)! last_name:string(50)!
        role:[admin|user]! avatar_url:string(500) is_active:boolean! last_active_at:timestamp preferences:jsonb
        created_at:timestamp! updated_at:timestamp!""",
    "client": """id:uuid! agency_id:uuid! name:string(100)! contact_email:string(100) contact_name:string(100)
        stage:string(50)! health_status:[green|yellow|red]! days_in_stage:integer! install_date:date
        total_spend:decimal lifetime_value:decimal notes:text tags:string[] is_active:boolean!
        created_at:timestamp! updated_at:timestamp!""",
    "client_assignment": """id:uuid! agency_id:uuid! client_id:uuid! user_id:uuid! role:[owner|collaborator]!
        created_at:timestamp!""",
    "stage_event": """id:uuid! agency_id:uuid! client_id:uuid! from_stage:string(50) to_stage:string(50)!
        moved_by:uuid! moved_at:timestamp! notes:text""",
    "task": """id:uuid! agency_id:uuid! client_id:uuid! name:string(200)! description:text stage:string(50)
        assigned_to:uuid due_date:date is_completed:boolean! completed_at:timestamp completed_by:uuid
        sort_order:integer! created_at:timestamp! updated_at:timestamp!""",
    "integration": """id:uuid! agency_id:uuid! provider:[slack|gmail|google_ads|meta_ads]! is_connected:boolean!
        access_token:text refresh_token:text token_expires_at:timestamp last_sync_at:timestamp config:jsonb
        created_at:timestamp! updated_at:timestamp!""",
    "communication": """id:uuid! agency_id:uuid! client_id:uuid! platform:[slack|gmail]! thread_id:string(100)
        message_id:string(100)! sender_email:string(100) sender_name:string(100) subject:string(200)
        content:text! is_inbound:boolean! needs_reply:boolean! replied_at:timestamp replied_by:uuid
        received_at:timestamp! created_at:timestamp!""",
    "alert": """id:uuid! agency_id:uuid! client_id:uuid type:[risk_detected|kpi_drop|inactivity|disconnect]!
        severity:[low|medium|high|critical]! title:string(200)! description:text! suggested_action:text
        confidence:decimal(3,2)! status:[active|snoozed|dismissed|resolved]! snoozed_until:timestamp
        resolved_by:uuid resolved_at:timestamp metadata:jsonb created_at:timestamp! updated_at:timestamp!""",
    "document": """id:uuid! agency_id:uuid! title:string(200)! file_name:string(200)! file_size:integer!
        mime_type:string(100)! storage_path:string(500)!
        category:[installation|tech|support|process|client_specific]! client_id:uuid page_count:integer
        word_count:integer index_status:[pending|indexing|indexed|failed]! gemini_file_id:string(200)
        uploaded_by:uuid! is_active:boolean! created_at:timestamp! updated_at:timestamp!""",
    "chat_session": """id:uuid! agency_id:uuid! user_id:uuid! title:string(200) context:jsonb is_active:boolean!
        last_message_at:timestamp created_at:timestamp!""",
    "chat_message": """id:uuid! session_id:uuid! agency_id:uuid! role:[user|assistant]! content:text!
        route_used:[rag|web|memory|casual|dashboard] citations:jsonb tokens_used:integer created_at:timestamp!""",
    "ticket": """id:uuid! agency_id:uuid! client_id:uuid! number:integer! title:string(200)! description:text!
        category:[technical|billing|campaign|general|escalation]! priority:[low|medium|high|critical]!
        status:[new|in_progress|waiting_client|resolved]! assignee_id:uuid resolution_notes:text
        time_spent_minutes:integer due_date:date created_by:uuid! resolved_by:uuid resolved_at:timestamp
        created_at:timestamp! updated_at:timestamp!""",
    "ticket_note": """id:uuid! agency_id:uuid! ticket_id:uuid! content:text! is_internal:boolean! added_by:uuid!
        created_at:timestamp!""",
    "workflow": """id:uuid! agency_id:uuid! name:string(200)! description:text triggers:jsonb! actions:jsonb!
        is_active:boolean! created_by:uuid! last_run_at:timestamp run_count:integer! success_count:integer!
        created_at:timestamp! updated_at:timestamp!""",
    "workflow_run": """id:uuid! agency_id:uuid! workflow_id:uuid! trigger_data:jsonb!
        status:[running|completed|failed]! executed_actions:jsonb error_message:text started_at:timestamp!
        completed_at:timestamp""",
    "user_preference": """id:uuid! user_id:uuid! agency_id:uuid! category:[notifications|ai|display]!
        key:string(100)! value:jsonb! created_at:timestamp! updated_at:timestamp!""",
    "kpi_snapshot": """id:uuid! agency_id:uuid! metric_name:string(100)! value:decimal(12,2)!
        previous_value:decimal(12,2) metadata:jsonb snapshot_date:date! created_at:timestamp!""",
    "ad_performance": """id:uuid! agency_id:uuid! client_id:uuid! platform:[google_ads|meta_ads]!
        account_id:string(100)! campaign_id:string(100) date:date! spend:decimal(10,2)! impressions:integer!
        clicks:integer! conversions:decimal(8,2)! revenue:decimal(10,2) created_at:timestamp!""",
}

COMPUTED = {("client", "days_in_stage"): "client_read", ("user", "preferences"): "user_read"}
"""Never stored, since a stored day counter lies by tomorrow; shown by these views."""

SAID_MORE = {("client", "tags"): "a client without tags has an empty list"}
"""Optional in the given model, never null here."""

DEFAULTS = {
    ("agency", "timezone"): "'UTC'",
    ("agency", "pipeline_stages"): "'{Onboarding,Installation,Audit,Live,\"Needs Support\",Off-Boarding}'",
    ("user", "is_active"): "true",
    ("client", "is_active"): "true",
    ("task", "is_completed"): "false",
    ("document", "is_active"): "true",
    ("chat_session", "is_active"): "true",
    ("workflow", "is_active"): "true",
    ("workflow", "run_count"): "0",
    ("workflow", "success_count"): "0",
}

UNIQUES = [
    ("user", ("agency_id", "email_key")),
    ("client_assignment", ("agency_id", "client_id", "user_id", "role")),
    ("user_preference", ("agency_id", "user_id", "category", "key")),
]
"""An e-mail is unique in its normalised form; the others gain the tenant, which is what makes them the agency's."""

INDEXES = [
    ("client", ("agency_id", "stage")),
    ("client", ("agency_id", "health_status")),
    ("task", ("agency_id", "client_id", "stage")),
    ("task", ("agency_id", "assigned_to")),
    ("communication", ("agency_id", "client_id", "platform")),
    ("communication", ("agency_id", "received_at")),
    ("alert", ("agency_id", "status")),
    ("kpi_snapshot", ("agency_id", "metric_name", "snapshot_date")),
    ("ad_performance", ("agency_id", "client_id", "date")),
]

REFERENCES = [
    *((table, "agency_id", "agency") for table in FIELDS if table != "agency"),
    *((table, "client_id", "client") for table, fields in FIELDS.items() if " client_id:" in fields),
    ("client_assignment", "user_id", "user"),
    ("stage_event", "moved_by", "user"),
    ("task", "assigned_to", "user"),
    ("task", "completed_by", "user"),
    ("communication", "replied_by", "user"),
    ("alert", "resolved_by", "user"),
    ("document", "uploaded_by", "user"),
    ("chat_session", "user_id", "user"),
    ("chat_message", "session_id", "chat_session"),
    ("ticket", "assignee_id", "user"),
    ("ticket", "created_by", "user"),
    ("ticket", "resolved_by", "user"),
    ("ticket_note", "ticket_id", "ticket"),
    ("ticket_note", "added_by", "user"),
    ("workflow", "created_by", "user"),
    ("workflow_run", "workflow_id", "workflow"),
    ("user_preference", "user_id", "user"),
]

TYPES = {
    "uuid": "uuid",
    "text": "text",
    "jsonb": "jsonb",
    "boolean": "boolean",
    "integer": "integer",
    "date": "date",
    "timestamp": "timestamp with time zone",
    "decimal": "numeric(14,2)",
    "string[]": "character varying(50)[]",
}


class Field(msgspec.Struct, frozen=True):
    """One field as given, and the column it must be."""

    table: str
    name: str
    type: str
    required: bool
    choices: tuple[str, ...] = ()


def fields() -> Iterator[Field]:
    """All of them."""
    for table, text in FIELDS.items():
        for word in text.split():
            name, _, said = word.partition(":")
            kind = said.removesuffix("!")
            required = said.endswith("!") or (table, name) in SAID_MORE
            choices = tuple(kind[1:-1].split("|")) if kind.startswith("[") else ()
            yield Field(table, name, "text" if choices else _column_type(kind), required, choices)


def _column_type(kind: str) -> str:
    if kind.startswith("string("):
        return kind.replace("string", "character varying")
    return kind.replace("decimal", "numeric") if "(" in kind else TYPES[kind]
