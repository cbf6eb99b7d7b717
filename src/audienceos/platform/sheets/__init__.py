"""Tables that people bring in files and take away in files: CSV of any kind, workbooks, CSV out.

`read_sheet` reads, `csv_lines` writes, `guard` keeps a text from becoming a formula in between. Reading
blocks and works the processor: call it from a thread or a job, never on the event loop.
"""
