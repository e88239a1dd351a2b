// Package diff says what a change of the files will do to AWS.
//
// Two states of one environment go in: the managed resources that Crossplane
// makes of it before and after, with the values that only AWS knows as
// plan.Unknown. Out comes a Report: resource by resource what the provider will
// do, field by field why, and the dangers in it, each with a code that the
// environment may accept. Which environments there are, where their states come
// from and how a report is printed is left to others.
//
// Resources are matched by component and key, never by name: that is how
// Crossplane matches them. The provider neither replaces nor renames anything.
// So a change is one of these: an added key is created, a removed one is
// destroyed or, where its management policies keep the provider from deleting,
// left in AWS; a field that AWS can change is updated, one that it cannot leaves
// the resource stuck; and where the name in AWS is another one, the provider
// makes a second resource and forgets the first. What AWS refused to create, which
// only a management cluster can tell, is created with the new values.
//
// What a text holds in JSON is compared as a document, a policy of IAM by what it
// means. Lists whose order says nothing to AWS are compared as sets.
//
// Its callers are package report, which prints what it finds, compositions and
// output, which make the states, and the command line.
package diff
