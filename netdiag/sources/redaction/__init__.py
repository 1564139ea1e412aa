"""A bundle without its addresses and names, for others to read: what fits together still does.

``mapping`` says what each address becomes, ``names`` what each name, ``texts`` rewrites documents,
``packets`` packets, ``records`` capture files, ``bundle`` all of a bundle.
"""
