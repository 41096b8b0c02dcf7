# Seals messages and validates chains with Mail::DKIM. A job comes as JSON on standard input, its outcome goes to standard output as JSON.
use strict;
use warnings;
use JSON::PP;
use Mail::DKIM::ARC::Signer;
use Mail::DKIM::ARC::Verifier;
use Mail::DKIM::PrivateKey;
use MIME::Base64;
use Net::DNS;

my $job = decode_json(do { local $/; <STDIN> });

no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my ($name) = @_;
    my $text = $job->{records}{$name} or return;
    return Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [$text =~ /(.{1,255})/gs]);
};

my $is_validation = $job->{task} eq 'validate';
my $machine = $is_validation
    ? Mail::DKIM::ARC::Verifier->new(Strict => 1)
    : Mail::DKIM::ARC::Signer->new(
        Algorithm => 'rsa-sha256', Chain => 'ar', Domain => $job->{domain}, SrvId => $job->{domain}, Selector => $job->{selector},
        Key => Mail::DKIM::PrivateKey->load(Data => $job->{key} =~ s/-----.*?-----//gr =~ s/\s//gr),
    );
$machine->PRINT(decode_base64($job->{message}));
$machine->CLOSE;

print encode_json(
    $is_validation
    ? { status => $machine->result, reason => $machine->result_detail }
    : { fields => encode_base64(join('', map { "$_\r\n" } $machine->as_strings), '') }
);
