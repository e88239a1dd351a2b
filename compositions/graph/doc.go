// Package graph draws an environment: the spec of its DominoEnvironment goes in,
// before and after a change where there is one, and a picture comes out, as SVG
// for people and as Mermaid for pull requests.
//
// A picture is a list of nodes, each in a place: a lane of a zone, a band of the
// VPC, a panel beside it. A node knows the resources that it stands for, by
// component and key, so that the changes of package diff can be marked on it. The
// two ways to write a picture read the same nodes, and decide nothing but where
// and how a node is drawn.
//
// Which environment is drawn, and what becomes of it, is left to the command line,
// the only caller.
//
// The same picture gives the same bytes, and an SVG of it needs no font, script
// or file beside itself.
package graph
