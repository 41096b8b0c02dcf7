# Signs and verifies the messages of a folder with Mail::DKIM. A job comes as JSON on standard input, its outcome goes to standard output as JSON.
use strict;
use warnings;
use JSON::PP;
use Mail::DKIM::PrivateKey;
use Mail::DKIM::Signer;
use Mail::DKIM::Verifier;
use Net::DNS;

my $job = decode_json(do { local $/; <STDIN> });

no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my ($name) = @_;
    my $text = $job->{records}{$name} or return;
    return Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [$text =~ /(.{1,255})/gs]);
};

sub feed {
    my ($machine, $name) = @_;
    open my $file, '<:raw', "$job->{folder}/$name" or die "$name: $!";
    while (read $file, my $octets, 65536) { $machine->PRINT($octets) }
    $machine->CLOSE;
    return $machine;
}

# One verdict for each signature, from the top.
sub verify {
    my $machine = feed(Mail::DKIM::Verifier->new, @_);
    return [map { $_->result eq 'pass' ? 'pass' : $_->result_detail } $machine->signatures];
}

sub sign {
    my ($name, $canonicalization) = @_;
    my $machine = Mail::DKIM::Signer->new(
        Algorithm => $job->{algorithm}, Method => $canonicalization, Domain => $job->{domain}, Selector => $job->{selector},
        Key => Mail::DKIM::PrivateKey->load(Data => $job->{key} =~ s/-----.*?-----//gr =~ s/\s//gr),
    );
    return join '', map { $_->as_string . "\r\n" } feed($machine, $name)->signatures;
}

my %outcome = $job->{task} eq 'verify' ? map { $_ => verify($_) } @{ $job->{files} } : map { $_->[0] => sign(@$_) } @{ $job->{files} };
print encode_json(\%outcome);
