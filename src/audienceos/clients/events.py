"""What this room announces. A name's first part is the topic under which open pages hear of it."""

from __future__ import annotations

PUBLISHED = {
    "client.created": "A client came in.",
    "client.changed": "Fields of its own were edited.",
    "client.archived": "It was put aside.",
    "client.reactivated": "It is worked for again.",
    "client.deleted": "It is hidden everywhere; an admin can restore it.",
    "client.restored": "It is back from having been deleted.",
    "client.moved": "It entered another stage.",
    "client.health_changed": "Its health has another colour, and why.",
    "client.health_overridden": "An admin called it healthy, and until when.",
    "client.override_ended": "That no longer holds: removed, expired, or a new risk.",
    "client.assigned": "Somebody looks after it.",
    "client.unassigned": "Somebody no longer does.",
    "client.note_added": "The log has another entry.",
    "client.note_removed": "An entry was taken out of the log.",
    "client.contact_added": "Somebody at the client is known.",
    "client.contact_changed": "What is known of them was edited.",
    "client.contact_removed": "They are no contact any more.",
    "task.created": "The checklist has another line.",
    "task.changed": "A line was edited.",
    "task.completed": "It was ticked.",
    "task.reopened": "It was unticked.",
    "task.removed": "It is gone.",
    "task.ordered": "The checklist's lines stand in another order.",
    "custom_field.created": "Clients have a field of the agency's own.",
    "custom_field.changed": "It was renamed, or offers other choices.",
    "custom_field.removed": "It is hidden; its values stay.",
    "custom_field.restored": "It is back, with its values.",
    "saved_view.created": "Somebody kept a view of the board or the list.",
    "saved_view.changed": "It was renamed, shown to the agency or kept anew.",
    "saved_view.removed": "It is gone.",
    "export.made": "Somebody took a list of clients out, and by which filters.",
}
"""Every event of this room and what it says."""
