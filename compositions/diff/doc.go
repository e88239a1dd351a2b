// Package diff determines what a change of the files will do to AWS.
//
// Two states of one environment go in: the managed resources that Crossplane
// creates for it before and after, with plan.Unknown for the values that only AWS
// knows. A Report comes out: for each resource what the provider will do, for each
// field why, and the dangers, each with a code that the environment may accept.
// Other packages choose the environments, make their states and print the report.
//
// Resources are matched by component and key, never by name: that is how
// Crossplane matches them. The provider neither replaces nor renames anything.
// So a change is one of these: an added key is created; a removed one is destroyed
// or, if its management policies forbid the provider to delete it, left in AWS; a
// field is updated if AWS can change it, else the resource is stuck; if the name in
// AWS changes, the provider creates a second resource and forgets the first. A
// resource that AWS refused to create, as only a management cluster knows, is
// created with the new values.
//
// Detectors look at a comparison and report its dangers.
//
// JSON in a text is compared as a document, an IAM policy by its meaning. Lists
// whose order has no meaning to AWS are compared as sets.
//
// Its callers are package report, which prints what it finds, compositions and
// output, which make the states, and the command line.
package diff
