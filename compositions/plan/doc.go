// Package plan decides: every name, range, zone, size and reference of an
// environment. An environment that its schema has accepted goes in; the spec of its
// DominoEnvironment comes out, whole and final, with the mistakes that only
// arithmetic or the catalogue can find. Making AWS objects of the spec is
// left to the component packages, which decide nothing.
//
// # Slots
//
// A zone's place in the environment's list is its slot: z0, z1, z2. All that
// is one per zone is keyed by it. The list is append-only, so a slot never gets
// another zone. The control plane's zones have slots of their own.
//
// # Ranges
//
// The range of the VPC alone decides where every subnet lies. There is room for
// three zones whether they are used or not, so an environment that grows from
// one to three moves nothing.
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
// A pod range is quartered too: the pods of slot 0, 1 and 2 have the first three
// quarters, the last is in reserve. Pods go out by the way of their zone's nodes.
//
// Each node subnet must hold all nodes and pods of its zone at the pools'
// maximum (R11): a node of the largest listed type with all its interfaces
// full. The ranges of VPC, pods, services and peers are pairwise apart (R12).
//
// # Sizes
//
// A pool's min, max and desired are split over its zones, one more in the
// lowest slots where they do not come out even (R7). The platform pool may
// have one of three zones, all others have every zone.
//
// # Names
//
// The cluster has the environment's name, and whatever AWS names begins with
// it. An object in the management cluster is called
// <environment>-<component>-<key>, and by that name other components refer to
// it; where a key would hold a text that is too long or too free for a name,
// it is six hexadecimal digits of the text's SHA-256. Each name is checked against
// its limit.
//
// # Sizes of composite resources
//
// None composes more than 60 resources. Composites counts those that grow with
// the user's lists, and the list to shorten is named.
//
// # Run-time values
//
// What AWS makes known is Unknown here, or a reference to the object that makes
// it; an existing VPC or key is a reference by id.
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
