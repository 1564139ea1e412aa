"""The five screens, and what is laid over them: one file each.

* ``pane``      what all five have in common
* ``network``   nodes, interfaces, how pods' subnets are reached, the three truths
* ``trace``     each ping, hop by hop; ``trace_dialog``  between which pods, and how
* ``packets``   the packets themselves
* ``findings``  what is wrong, why, what to do, and what proves it
* ``facts``     what nodes said: routes, devices, rules, configuration
* ``help``, ``export``  keys of the screen below; where to write the report
"""
