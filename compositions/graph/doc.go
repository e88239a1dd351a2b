// Package graph draws an environment: the spec of its DominoEnvironment goes in,
// before and after a change if there is one, and a picture comes out, as SVG
// for people and as Mermaid for pull requests.
//
// A picture is a list of nodes, each in a place: a lane of a zone, a band of the
// VPC, a panel next to it. A node knows the resources that it represents, by
// component and key, so that the changes of package diff can be marked on it. Both
// formats are written from the same nodes, and decide only where and how a node is
// drawn.
//
// The command line, the only caller, chooses the environment and its change.
//
// The same picture gives the same bytes, and its SVG needs no font, script or other
// file.
package graph
