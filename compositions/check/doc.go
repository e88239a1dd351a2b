// Package check holds environments against each other: what no single file can
// know. In come the environments of a fleet with their plans, and what the user
// states beside them; out come findings, each at a line of the environment that
// must change, with the other environment's line as a note. Nothing is decided
// or changed here.
//
// # Identity
//
// Names, host names, and whatever AWS knows by a name are taken once. A managed
// resource takes over what has its name, so two environments that make a role,
// a policy, a bucket, an alias or a repository of one name would undo each
// other's changes in silence. What must be unique differs: a bucket in the whole
// partition, a role in the account over all its regions, the rest in the account
// and region. No host name equals, contains or lies under another (R19): an
// installation answers for every name below its own.
//
// # Trust
//
// Environments for which the provider assumes one role are one trust domain: a
// warning at each of them. Hosted zones may share a role.
//
// # Addresses
//
// Environments that reach each other have VPC ranges that are apart (R12). They
// do when one names the other as a peer, when both are peers of a third, when
// both are attached to one transit gateway or peering connection, and when both
// have a peer of one name and range. A pod range must be apart from the VPC
// ranges of the others as well, and across a peering connection from their pod
// ranges: AWS refuses the connection otherwise. Elsewhere pods leave their VPC
// by the address of their node, so that pod ranges may be the same everywhere.
// A VPC that several environments share is one VPC.
//
// An environment that names another as its peer is named by it in turn, with
// the same peering connection, and routes to ranges that the other has. Where it asks
// for the connection itself, that holds from when AWS's id of it is committed: one side
// asks, of the VPC that the other has, and the other takes the id as its connection.
//
// # Quotas
//
// What the fleet needs with every pool at its maximum is summed per account and
// region, or per zone, cluster, VPC and so on where the quota is counted so, and
// held against what the user states, or else against AWS's default (R21). Some
// defaults say nothing of an account that was ever used, and some are not
// known: a need beside nothing else is a warning, one for the whole fleet. What
// AWS adds for a moment, such as the nodes of a rolling update, is not counted.
//
// # Versions
//
// Kubernetes versions whose support has ended or is about to, that are ahead of
// the fleet, and add-ons that do not fit their cluster: warnings. The day it is
// comes in; without one it is the day of the catalogue's newest source.
//
// # Speed
//
// No check compares every environment with every other: names are looked up,
// host names are in a tree of labels, ranges are sorted once.
package check
