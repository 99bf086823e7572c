# Starts a program when told to, and tells what it used: Node cannot ask the kernel for a child's share.
#
#   launch.pl GETRUSAGE PROGRAM ARGUMENT…     descriptor 3 is a socket
#
# Waits for a byte on descriptor 3, runs the program, then writes one line there:
#   wait-status user-microseconds system-microseconds peak-kilobytes
# It exists before the clock starts, and is so small that a fork costs next to nothing. GETRUSAGE is the number of
# that system call, which differs between processors.
use strict;
use warnings;

my $getrusage = shift @ARGV;
open(my $control, '+<&=', 3) or die "descriptor 3: $!";
my $go = '';
sysread($control, $go, 1) or exit 0;
my $child = fork();
defined($child) or die "fork: $!";
if ($child == 0) {
  exec { $ARGV[0] } @ARGV;
  exit 127;
}
waitpid($child, 0);
my $status = $?;
my $usage = "\0" x 256;
my $children = -1;
syscall($getrusage + 0, $children, $usage);
my ($user, $userMicro, $system, $systemMicro, $peak) = unpack('q5', $usage);
syswrite($control, join(' ', $status, $user * 1_000_000 + $userMicro, $system * 1_000_000 + $systemMicro, $peak) . "\n");
