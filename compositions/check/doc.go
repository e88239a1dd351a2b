// Package check finds what no single file can show: what an environment is lowered to,
// and what environments of a fleet do to each other. In come the environments with
// their plans, the resources that each plan is lowered to, and what the user states of
// the accounts and of the management cluster. Out come diagnostics, each at a line of the
// environment that must change, with the other environment's line as a note. Nothing is
// decided or changed here. Package compositions calls it between lowering and assembly;
// the command line hands in the rules of the user.
//
// # Resources
//
// Names, limits and quotas are read from the resources, by kind and field path. Tables
// say of a kind how AWS counts it and within what its name is unique; no resource is
// counted or named by hand. The parts of a plan that AWS makes itself, such as the nodes
// of a group, are counted from the plan.
//
// # Identity
//
// Each environment name, host name and name in AWS is used once. A managed resource takes
// over the resource that has its name, so two environments that make a role, a policy, a
// bucket, an alias or a repository of one name would undo each other's changes without an
// error. Names are unique in different scopes: a bucket in the partition, a role in the
// account, the rest in the account and region. No host name equals, contains or is below
// another (R19): an installation answers for every name below its own.
//
// # Trust
//
// Environments for which the provider assumes one role are one trust domain: each gets a
// warning. Hosted zones may share a role.
//
// # Addresses
//
// The VPC ranges of environments that reach each other do not overlap (R12). Two
// environments reach each other if one names the other as a peer, if both are peers of a
// third, if both are attached to one transit gateway or peering connection, or if both
// have a peer of one name and range. A pod range overlaps none of these VPC ranges, and
// across a peering connection none of the other pod ranges: AWS refuses the connection
// otherwise. Elsewhere pods leave the VPC with their node's address, so pod ranges may be
// the same. A VPC that several environments share is one VPC.
//
// If an environment names another as its peer, the other names it too, with the same
// peering connection, and each routes to ranges that the other has. If an environment
// requests the connection itself, this applies once AWS's id of the connection is
// committed: one side requests it of the other's VPC, and the other side uses the id.
//
// # Quotas
//
// The fleet's needs with every pool at its maximum are summed per account and region, or
// per zone, cluster, VPC and so on if AWS counts the quota so. They are compared with the
// quota that the user states, or else with AWS's default (R21). Some defaults do not apply
// to an account that was ever used, and some are unknown: a need that cannot be compared
// is a warning, one for the whole fleet. Nodes that AWS adds during a rolling update are
// not counted.
//
// # Versions
//
// A warning for each Kubernetes version whose support has ended or ends soon or that is
// ahead of the fleet, and for each add-on that does not fit its cluster. The caller gives
// today's date; the default is the date of the catalogue's newest source.
//
// # Speed
//
// No check compares every environment with every other: names are in a map, host names
// in a tree of labels, ranges are sorted once.
package check
