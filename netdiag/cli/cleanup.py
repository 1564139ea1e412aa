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
  netdiag cleanup --all                              also pods of traces that still run
"""


@click.command(cls=WithExamples, epilog=EPILOG)
@cluster_options
@click.option("--all", "all_pods", is_flag=True,
              help="Also those in which a trace may still run.")  # fmt: skip
def cleanup(
    context: str | None, kubeconfig: str | None, namespace: str | None, all_pods: bool
) -> ExitCode:
    """Delete the temporary probe pods that traces have left behind, found by their labels.

    A trace deletes its own, however it ends. What is left all the same ends by its deadline; this
    deletes it now. Pods of traces that run on this machine, or may run on another, are left alone
    without --all. A DaemonSet's pods stay.
    """
    from netdiag.sources.kubernetes.kubectl import Kubectl
    from netdiag.sources.kubernetes.leftovers import delete_pods, left_pods, may_be_in_use

    kubectl = Kubectl(context, kubeconfig)
    with told_in_a_sentence():
        found = left_pods(kubectl, namespace)
        used = [] if all_pods else [pod for pod in found if may_be_in_use(pod)]
        deleted = delete_pods(kubectl, [pod for pod in found if pod not in used])
    for pod in used:
        say(f"{pod.full_name} is left: a trace may still run in it; --all deletes it, too")
    writer = ResultWriter()
    for each in deleted:
        if each.problem:
            say(f"{each.pod.full_name} is still there: {each.problem}")
        else:
            writer.write(f"deleted {printable(each.pod.full_name)}\n")
    if not found:
        say("nothing is left of any trace")
    writer.flush()
    return ExitCode.FOUND if any(each.problem for each in deleted) else ExitCode.OK
