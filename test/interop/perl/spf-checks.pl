# SPF verdicts of Mail::SPF. A job comes as JSON on standard input: the port of a DNS server on loopback, and what is to be checked. The verdicts go to standard output.
use strict;
use warnings;
use JSON::PP;
use Mail::SPF;
use Net::DNS;

my $job = decode_json(do { local $/; <STDIN> });
my $resolver = Net::DNS::Resolver->new(nameservers => ['127.0.0.1'], port => $job->{port}, defnames => 0, dnsrch => 0, retry => 1, udp_timeout => 5);
my $server = Mail::SPF::Server->new(dns_resolver => $resolver, hostname => 'unknown');

sub check {
    my ($ip, $sender, $helo) = @_;
    my $verdict = eval {
        my $request = $sender eq ''
            ? Mail::SPF::Request->new(scope => 'helo', identity => $helo, ip_address => $ip)
            : Mail::SPF::Request->new(scope => 'mfrom', identity => $sender, ip_address => $ip, helo_identity => $helo);
        $server->process($request)->code;
    };
    return $verdict // 'error: ' . (ref $@ ? ref($@) . ' ' . $@->text : $@);
}

print encode_json([map { check(@$_) } @{ $job->{checks} }]);
