// Package sizes makes the size of node groups in AWS that of Git.
//
// In go the plans of environments and the same environments in the management cluster; out
// come the changes that AWS lacks, in the order in which they are made, their text, and the
// policy of a role that may make them. What EKS takes is decided in package scaling. Package
// cli calls it.
package sizes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/aws"
	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/scaling"
	"github.com/dominoc/dominoc/schema/words"
)

// Environment is the changes that one environment lacks in AWS.
type Environment struct {
	Name    string           `json:"name"`
	Account string           `json:"account"`
	Changes []scaling.Change `json:"changes"`
}

// Of compares the plan of an environment with what the management cluster last saw of it in
// AWS; live is nil if it does not have the environment. A group that AWS does not have yet
// gets its size when it is made. Groups that grow come first: pods of those that shrink may
// need them.
func Of(p *plan.Plan, live *health.Environment) Environment {
	common := p.Spec.Common
	e := Environment{Name: p.Name, Account: common.Account}
	if live == nil {
		return e
	}
	inAWS := live.Sizes()
	for _, pool := range ordered.All(p.Spec.Pools) {
		for _, zone := range ordered.All(pool.Zones) {
			has, known := inAWS[zone.NodeGroup]
			after := scaling.Bounds{Min: zone.Min, Max: zone.Max}
			if known && has.InAWS != after {
				e.Changes = append(e.Changes, scaling.Change{
					Region: common.Region, Cluster: common.Name, Group: zone.NodeGroup,
					Before: has.InAWS, After: after, Desired: &has.Desired,
				})
			}
		}
	}
	slices.SortStableFunc(e.Changes, func(a, b scaling.Change) int { return ordered.TrueFirst(a.Grows(), b.Grows()) })
	return e
}

// Differ reports whether any environment lacks a change.
func Differ(all []Environment) bool {
	return slices.ContainsFunc(all, func(e Environment) bool { return len(e.Changes) > 0 })
}

// Text returns the changes for a person, each with the call that makes it.
func Text(all []Environment) string {
	var b strings.Builder
	for _, e := range all {
		if len(e.Changes) == 0 {
			fmt.Fprintf(&b, "%s: every node group in AWS has the size that Git states\n", e.Name)
			continue
		}
		fmt.Fprintf(&b, "%s, account %s: %s from Git in size\n", e.Name, e.Account, words.CountOf(len(e.Changes), "node group differs", "node groups differ"))
		for _, c := range e.Changes {
			fmt.Fprintf(&b, "  %s: %s in AWS, with %s; %s in Git", c.Group, c.Before, words.Count(*c.Desired, "node"), c.After)
			if c.Ends() > 0 {
				fmt.Fprintf(&b, ", which ends %s", words.Count(c.Ends(), "node"))
			}
			fmt.Fprintf(&b, "\n    $ %s\n", c.Command())
		}
	}
	return b.String()
}

// Apply makes the changes of the environments in the account of the AWS CLI's credentials,
// and reports each to done. It leaves those of other accounts and those that would end
// nodes, and the error of one change does not stop the others; what was not made is the
// error.
func Apply(ctx context.Context, all []Environment, call aws.Call, done func(scaling.Change)) error {
	account, err := call.Account(ctx)
	if err != nil {
		return err
	}
	var left []error
	for _, e := range all {
		if len(e.Changes) > 0 && e.Account != account {
			left = append(left, fmt.Errorf("%s is in account %s, and the credentials are of %s: run it with those of that account", e.Name, e.Account, account))
			continue
		}
		for _, c := range e.Changes {
			if c.Ends() > 0 {
				left = append(left, fmt.Errorf("%s: the change would end %s: wait until the autoscaler has removed them, or make the call yourself", c.Group, words.Count(c.Ends(), "node")))
				continue
			}
			if _, err := call(ctx, append(c.Call(), "--output", "json")...); err != nil {
				left = append(left, fmt.Errorf("%s: %w", c.Group, err))
				continue
			}
			done(c)
		}
	}
	return errors.Join(left...)
}
