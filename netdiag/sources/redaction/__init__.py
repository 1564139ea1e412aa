"""A bundle without its addresses and names, for others to read: what fits together still does.

``mapping`` says what each address becomes, ``names`` what each name, ``collecting`` finds what is
to be mapped, ``texts`` rewrites documents, ``comments`` and ``hex_forms`` what is special in them,
``packets`` packets, ``records`` capture files, ``bundle`` all of a bundle.
"""
