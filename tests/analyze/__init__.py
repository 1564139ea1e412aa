"""``netdiag analyze`` against what is known to have happened.

* ``case``         a simulated bundle and what must be found in it
* ``cases_*``      the cases, by what they are about
* ``running``      runs the command and checks what is true of every report
* ``test_cases``   each case: paths, statuses, findings, clocks, observed encapsulations
* ``test_lab``     captures beside the project with their ``expected.json``
* ``test_lab_facts``, ``test_facts_cases``   the three truths, with facts
* ``fault_case``, ``fault_networks``, ``cases_faults_*``, ``test_fault_cases``   faults in facts and
  packets: the cause is the first and only error; look-alikes are silent
* ``test_cut_documents``   facts of which one document breaks off (``cutting``)
* ``test_articles`` the captures rebuilt from printouts in articles
"""
