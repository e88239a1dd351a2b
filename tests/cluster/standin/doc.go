// Package standin plays the provider: a controller that does for managed
// resources what provider-aws does, without an AWS behind it.
//
// It knows kinds, never the keys or names of dominoc's resources. What it does
// for an object: it resolves references, which the CRD describes; refuses it
// while an id that it carries belongs to no other object; gives it an id in
// AWS's format, where AWS would; and reports it ready, with what AWS would have
// filled in. It deletes what is deleted, but nothing that others still refer to.
//
// What it cannot tell is whether AWS would take the values. It is a stand-in for
// the provider's manners, not for AWS's rules.
package standin
