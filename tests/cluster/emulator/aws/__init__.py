"""An AWS to test against: moto's server, with what provider-aws needs and moto lacks.

A layer in front of moto (`layer`) sees every request before moto does. A
service has a module here when moto lacks some of its calls or fields: it
answers the request itself, changes moto's answer, or leaves it to moto. What
AWS refuses and moto takes is refused here, with AWS's code and message (`fault`);
the sources of the texts stand beside them.

Accounts: a request belongs to the account of the role whose credentials signed
it. Credentials that STS did not hand out belong to 123456789012.

Every call is written to a file (`record`): operation, IAM action, what it names.

What was there before the first call, such as a hosted zone or a transit
gateway, is read from a file (`existing`), and so are the instance types that each
region offers (`offerings`).

    python -m aws --port 5555 --delay 30 --calls calls.jsonl --existing existing.json --offerings ec2-offerings.csv

What it does not show: permissions, unless a test limits a role (`permissions`; else
the record is held against the policies instead), quotas, and that a cluster works.
Values that no check here names are checked by moto, or not at all.
"""
