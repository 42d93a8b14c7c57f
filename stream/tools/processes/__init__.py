"""Processes: commands of `deskpulse` as children of another one, heard and ended by it, and never left behind."""

from stream.tools.processes.process import Ended, Process, ProcessDied, end
from stream.tools.processes.supervisor import Supervisor

__all__ = ["Ended", "Process", "ProcessDied", "Supervisor", "end"]
