#!/bin/sh
# Makes the certificates that the TLS tests use, for 127.0.0.1, from 2020 to 2120; needs openssl. Secret they are not.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/ca.cnf" <<END
[ca]
default_ca = d
[d]
database = $work/index
unique_subject = no
new_certs_dir = $work
rand_serial = yes
default_md = sha256
policy = p
[p]
commonName = supplied
END
touch "$work/index"

# make NAME SUBJECT END EXTENSIONS SIGNER-ARGUMENTS...
make() {
    name=$1 subject=$2 end=$3 extensions=$4
    shift 4
    openssl ecparam -name prime256v1 -genkey -noout -out "$work/$name.key"
    openssl req -new -key "$work/$name.key" -subj "/CN=$subject" -out "$work/$name.csr"
    printf "$extensions\nsubjectKeyIdentifier=hash\n" >"$work/ext"
    openssl ca -batch -notext -config "$work/ca.cnf" -in "$work/$name.csr" -out "$work/$name.crt" \
        -startdate 20200101000000Z -enddate "$end" -extfile "$work/ext" "$@" 2>/dev/null
    cat "$work/$name.crt" "$work/$name.key" >"$name.pem"
}
leaf='basicConstraints=critical,CA:FALSE\nauthorityKeyIdentifier=keyid\nsubjectAltName='
far=21200101000000Z
make authority "whisper-tui test authority" $far 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign' \
    -selfsign -keyfile "$work/authority.key"
by="-cert $work/authority.crt -keyfile $work/authority.key"
make good 127.0.0.1 $far "${leaf}IP:127.0.0.1" $by
make wrong-host pbx.example $far "${leaf}DNS:pbx.example" $by
make expired 127.0.0.1 20210101000000Z "${leaf}IP:127.0.0.1" $by
make self-signed 127.0.0.1 $far 'subjectAltName=IP:127.0.0.1' -selfsign -keyfile "$work/self-signed.key"
cp "$work/authority.crt" authority.pem # its key is needed no more
