"""The terminal user interface, by Textual: shows a session's data, and asks it to act.

It opens no file, socket or process: all data are delivered by a ``Session`` of the caller.

* ``session``   what the caller hands over: ``Session``, ``Snapshot``, ``Actions``, deliveries
* ``packet_source``  what the caller hands over for the packets, see ``packets``
* ``messages``  what widgets and screens tell the app: jumps, things that are asked for
* ``app``       takes deliveries ten times a second, switches screens, asks the session
* ``state``     what all screens show; only the main loop changes it
* ``inbox``, ``rates``, ``ticks``  deliveries that wait; rates of interfaces; what is captured
* ``known_findings``  of the report, and of facts that are newer
* ``packets``   records of packets, filtered and marked
* ``screens``   the five screens, help and dialogs, one file each; ``widgets``  their parts
* ``ladder``    a ping as text; ``trace_ends``, ``trace_options``  what is typed to trace
* ``commands``  the command palette
* ``theme``, ``styles.tcss``  colours and inks; where things are placed
* ``foreign``   the one way of foreign text on to a screen
"""
