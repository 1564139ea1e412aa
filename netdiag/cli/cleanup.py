"""``netdiag cleanup``: delete probe pods that were left behind in a cluster."""

from __future__ import annotations

import click

from netdiag.cli.examples import WithExamples
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.kubernetes_options import cluster_options, told_in_a_sentence
from netdiag.cli.output import ResultWriter, say
from netdiag.render.terminal import printable

EPILOG = """\
Examples:
  netdiag cleanup                                    in all namespaces
  netdiag cleanup -n default --context staging
"""


@click.command(cls=WithExamples, epilog=EPILOG)
@cluster_options
def cleanup(context: str | None, kubeconfig: str | None, namespace: str | None) -> ExitCode:
    """Delete the temporary probe pods that traces have left behind, found by their labels.

    A trace deletes its own, however it ends. What is left all the same ends by its deadline; this
    deletes it now, and also what belongs to a trace that runs just now. A DaemonSet's pods stay.
    """
    from netdiag.sources.kubernetes.kubectl import Kubectl
    from netdiag.sources.kubernetes.leftovers import delete_pods, left_pods

    kubectl = Kubectl(context, kubeconfig)
    with told_in_a_sentence():
        deleted = delete_pods(kubectl, left_pods(kubectl, namespace))
    writer = ResultWriter()
    for each in deleted:
        if each.problem:
            say(f"{each.pod.full_name} is still there: {each.problem}")
        else:
            writer.write(f"deleted {printable(each.pod.full_name)}\n")
    if not deleted:
        say("nothing is left of any trace")
    writer.flush()
    return ExitCode.FOUND if any(each.problem for each in deleted) else ExitCode.OK
