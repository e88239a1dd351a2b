// Package plan decides every name, range, zone, size and reference of an environment. In
// goes an environment that its schema has accepted; out come the complete spec of its
// DominoEnvironment, and the mistakes that only arithmetic or the catalogue can find. The
// component packages make AWS objects of the spec and decide nothing.
//
// # Slots
//
// The index of a zone in the environment's list is its slot: z0, z1, z2. Objects that exist
// once per zone have the slot in their keys. The list is append-only, so a slot never gets
// another zone. The control plane's zones have slots of their own.
//
// # Ranges
//
// The ranges of all subnets derive from the range of the VPC alone. There is room for three
// zones, used or not, so no subnet moves when an environment grows from one zone to three.
//
//	network.cidr            /16    /17    /18    /19    /20
//	nodes, slot 0, 1, 2     /18    /19    /20    /21    /22    first three quarters
//	public, slot 0, 1, 2    /24    /25    /26    /26    /26    start of the last quarter
//	control plane, 0, 1, 2  /28    /28    /28    /28    /28    after the public ones
//	in reserve              the rest of the last quarter
//
// Of 10.0.0.0/16, for example, the nodes have 10.0.0.0/18, 10.0.64.0/18 and
// 10.0.128.0/18, load balancers and NAT gateways 10.0.192.0/24 to
// 10.0.194.0/24, the control plane 10.0.195.0/28 to 10.0.195.32/28, and
// 10.0.196.0 to 10.0.255.255 is free.
//
// A pod range is divided likewise: the pods of slots 0, 1 and 2 have the first three
// quarters, the last is in reserve. Pods use the NAT gateway of their zone's nodes.
//
// Each node subnet must hold all nodes and pods of its zone at the pools'
// maximum (R11): a node of the largest listed type with all its interfaces
// full. The ranges of VPC, pods, services and peers must not overlap (R12).
//
// # Sizes
//
// A pool's min, max and desired are split over its zones; the remainder goes to the lowest
// slots (R7). The platform pool may have one of three zones, all others have every zone.
//
// # Names
//
// The cluster has the environment's name, and all names in AWS begin with it. An object in
// the management cluster is named <environment>-<component>-<key>, and other components
// refer to it by that name. If a text is too long for a key, or has characters that a key
// may not have, the key is six hexadecimal digits of its SHA-256. Each name is checked
// against its limit.
//
// # Sizes of composite resources
//
// None composes more than 60 resources. Package check counts them and names the list to
// shorten.
//
// # Run-time values
//
// A value that only AWS knows is Unknown here, or a reference to the object that has it; an
// existing VPC or key is a reference by id.
//
// # Warnings
//
// An error refuses the environment. A warning does not, and accept silences it
// by its code.
//
// # Callers
//
// Package compositions asks for plans, check compares them, and output writes
// them. Others read values of a plan and decide nothing by it: composed, diff,
// privilege and report. The component packages get a spec, never a plan.
package plan
