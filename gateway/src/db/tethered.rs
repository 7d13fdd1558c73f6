//! A child process that cannot outlive its owner, however the owner ends.
//!
//! A shell starts a watchdog and then becomes the program, so that the process id and the exit status are the
//! program's own. The watchdog waits on a pipe that only the owner holds: the kernel closes it even after SIGKILL.
//! Program and watchdog share a process group of their own: a Ctrl-C in the terminal reaches the owner alone, and
//! the group's number cannot be given to another process while the watchdog may still signal it.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

/// What asks the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopSignal {
    Interrupt,
    Terminate,
}

/// A program about to be started.
#[derive(Debug)]
pub struct Tether {
    command: Command,
}

/// A running program. Dropping it stops and reaps it.
#[derive(Debug)]
pub struct Tethered {
    child: Child,
    lifeline: Option<ChildStdin>,
}

impl Tether {
    /// The program is killed when it still runs `patience` after the signal.
    pub fn new(program: &Path, stop: StopSignal, patience: Duration) -> Self {
        Self::cleaning(program, stop, patience, None)
    }

    /// As `new`; the directory `leftovers` is removed after the program when the owner vanished. An owner that stops
    /// the program removes it, or goes on using it.
    pub fn cleaning(program: &Path, stop: StopSignal, patience: Duration, leftovers: Option<&Path>) -> Self {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", WATCHDOG, "sh", stop.name()])
            .arg((patience.as_millis() / 100).max(1).to_string())
            .arg(leftovers.unwrap_or(Path::new("")))
            .arg(program);
        Self { command }
    }

    /// Arguments, environment, directory, output and user of the program itself.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    pub fn spawn(mut self) -> io::Result<Tethered> {
        let mut child = self.command.stdin(Stdio::piped()).process_group(0).spawn()?;
        let lifeline = child.stdin.take();
        Ok(Tethered { child, lifeline })
    }
}

impl Tethered {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    pub fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// The exit status, if the program has ended.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Waits until the program ends by itself.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }

    /// Asks the program to end and waits for it; never longer than the patience it was started with.
    pub fn stop(&mut self) -> io::Result<ExitStatus> {
        if let Some(mut lifeline) = self.lifeline.take() {
            // Fails when the watchdog has ended already, which then has nothing left to do.
            let _ = lifeline.write_all(b"orderly\n");
        }
        self.child.wait()
    }

    /// Ends the program without asking.
    pub fn kill(&mut self) -> io::Result<ExitStatus> {
        self.child.kill()?;
        self.child.wait()
    }
}

impl Drop for Tethered {
    fn drop(&mut self) {
        // Reaping fails only for a child that was reaped before.
        let _ = self.stop();
    }
}

impl StopSignal {
    fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "INT",
            Self::Terminate => "TERM",
        }
    }
}

/// `$$` is the program's id also inside the subshell. A background list gets no standard input of its own, hence
/// descriptor 3. The watchdog gives up the program's outputs, or whoever reads them would never see their end. Patience
/// is counted in tenths of a second.
const WATCHDOG: &str = r#"
signal=$1 patience=$2 leftovers=$3
shift 3
exec 3<&0 0</dev/null
(
    trap '' INT TERM HUP QUIT
    read -r word <&3
    kill -s "$signal" -- "-$$"
    while [ "$patience" -gt 0 ] && kill -0 "$$"; do
        sleep 0.1
        patience=$((patience - 1))
    done
    [ "$word" = orderly ] || [ -z "$leftovers" ] || rm -rf -- "$leftovers"
    kill -s KILL -- "-$$"
) >/dev/null 2>&1 &
exec 3<&-
exec "$@"
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::process::ExitStatusExt;
    use std::sync::mpsc;
    use std::thread;

    fn shell(script: &str, stop: StopSignal) -> (Tethered, BufReader<ChildStdout>) {
        let mut tether = Tether::new(Path::new("/bin/sh"), stop, Duration::from_secs(1));
        tether.command().args(["-c", script]).stdout(Stdio::piped());
        let mut tethered = tether.spawn().unwrap();
        let output = BufReader::new(tethered.take_stdout().unwrap());
        (tethered, output)
    }

    fn line(output: &mut BufReader<ChildStdout>) -> String {
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// A watchdog that does not do its work would hold the test for ever.
    fn end(end: impl FnOnce() -> io::Result<ExitStatus> + Send + 'static) -> ExitStatus {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(end()));
        receiver.recv_timeout(Duration::from_secs(20)).unwrap().unwrap()
    }

    #[test]
    fn the_exit_status_and_the_id_are_the_programs() {
        let (mut tethered, mut output) = shell("echo $$; exit 7", StopSignal::Terminate);
        assert_eq!(line(&mut output), tethered.id().to_string());
        assert_eq!(tethered.wait().unwrap().code(), Some(7));
        assert_eq!(tethered.ended().unwrap().unwrap().code(), Some(7));
    }

    #[test]
    fn stopping_sends_the_chosen_signal() {
        for (stop, number) in [(StopSignal::Interrupt, 2), (StopSignal::Terminate, 15)] {
            // Below a background job of a shell without job control every program that sets no handler of its own
            // inherits that it ignores SIGINT: then the kill that follows is what ends it.
            let number = if ignored(number) { 9 } else { number };
            let (mut tethered, mut output) = shell("echo ready; exec sleep 600", stop);
            line(&mut output);
            assert!(tethered.ended().unwrap().is_none());
            assert_eq!(end(move || tethered.stop()).signal(), Some(number));
        }
    }

    /// Whether this process, and so its children, ignores a signal (proc(5), `SigIgn`); asked of Linux only.
    fn ignored(signal: i32) -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
        mask & (1 << (signal - 1)) != 0
    }

    #[test]
    fn a_program_that_does_not_listen_is_killed() {
        let (mut tethered, mut output) =
            shell("trap '' TERM; echo ready; while :; do sleep 600; done", StopSignal::Terminate);
        line(&mut output);
        assert_eq!(end(move || tethered.stop()).signal(), Some(9));
    }

    #[test]
    fn an_owner_that_vanishes_takes_the_program_and_its_children_along() {
        let (mut tethered, mut output) = shell("sleep 600 & echo ready; wait", StopSignal::Terminate);
        line(&mut output);
        drop(tethered.lifeline.take());
        let status = end(move || {
            output.read_to_string(&mut String::new())?;
            tethered.wait()
        });
        assert_eq!(status.signal(), Some(15));
    }

    #[test]
    fn leftovers_go_when_the_owner_vanishes_and_stay_when_it_stops_the_program() {
        for vanishes in [true, false] {
            let leftovers = tempfile::tempdir().unwrap();
            let (stop, patience) = (StopSignal::Terminate, Duration::from_secs(5));
            let mut tether = Tether::cleaning(Path::new("/bin/sh"), stop, patience, Some(leftovers.path()));
            // The group keeps the pipe open until the watchdog, which comes last, has killed it.
            tether.command().args(["-c", "(trap '' TERM; echo ready; exec sleep 600) & wait"]);
            tether.command().stdout(Stdio::piped());
            let mut tethered = tether.spawn().unwrap();
            let mut output = BufReader::new(tethered.take_stdout().unwrap());
            line(&mut output);
            end(move || {
                if vanishes {
                    drop(tethered.lifeline.take());
                }
                tethered.stop()?;
                output.read_to_string(&mut String::new())?;
                tethered.wait()
            });
            assert_eq!(leftovers.path().exists(), !vanishes);
        }
    }

    #[test]
    fn the_program_reads_nothing() {
        let (mut tethered, mut output) = shell("cat; echo end", StopSignal::Terminate);
        let status = end(move || {
            assert_eq!(line(&mut output), "end");
            tethered.wait()
        });
        assert!(status.success());
    }
}
