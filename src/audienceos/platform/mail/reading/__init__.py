"""Mail as it comes: any bytes become a `Letter`, what was newly said is told from what was quoted, HTML is made safe.

`letter.read_mail` reads, `letter.part_of` fetches one attachment, `quoted.fold` parts a text, `safe_html.clean` makes
HTML fit for a page, `mbox.letters_of` walks an archive. Nothing here raises because of what a mail holds, asks a
database or speaks to a network. Reading works the processor: call it from a thread or a job.
"""
