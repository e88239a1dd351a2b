package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/privilege"
	"github.com/dominoc/dominoc/schema/diag"
)

// policy is the command with its own flags.
type policy struct {
	*options
	format string
}

// newPolicy is `dominoc policy`.
func newPolicy(o *options) *cobra.Command {
	p := &policy{options: o}
	c := &cobra.Command{
		Use:   "policy [pattern]...",
		Short: "Print the IAM policies that Crossplane's roles need",
		Long: `Policy prints what the roles that Crossplane assumes may do in each account:
no more than what the environments' resources need, as policies that IAM
accepts. A role is shown with all environments of the fleet that share it.

A policy is for what the files say now. Where it grows, apply it before the
manifests; where it shrinks, after Crossplane has deleted what went.`,
		Example:           "  dominoc policy\n  dominoc policy prod-us --format json",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return p.run(c, args) },
	}
	c.Flags().StringVar(&p.format, "format", "text", "of the policies: text, json")
	complete(c, "format", []string{"text", "json"})
	return c
}

func (p *policy) run(c *cobra.Command, patterns []string) error {
	if p.format != "text" && p.format != "json" {
		return wrong(fmt.Errorf("unknown format %q: must be text, json", p.format))
	}
	folders, selected, err := p.findWithFleet(patterns)
	if err != nil {
		return err
	}
	fleet, results, found, err := p.compile(c.Context(), folders)
	if err != nil {
		return err
	}
	if fleet == nil {
		return p.conclude(found, diag.Text)
	}
	chosen := choose(results, selected)
	roles, err := fleet.Privileges(func(name string) bool { return chosen.names[name] })
	if err != nil {
		return failed(fmt.Errorf("a bug of dominoc: %w", err))
	}
	if err := p.conclude(append(found, tooMany(roles)...), diag.Text); err != nil {
		return err
	}
	return p.print(roles)
}

// tooMany warns of roles whose policies IAM does not take.
func tooMany(roles []privilege.Role) diag.List {
	var found diag.List
	for _, r := range roles {
		if problem := r.TooMany(); problem != "" {
			found = append(found, diag.Diagnostic{
				Severity: diag.Warning,
				Code:     "policies-of-role",
				Message:  problem,
				Hint:     "give some of the environments a role of their own, with provider.roleARN; AWS allows 20 on request",
			})
		}
	}
	return found
}

func (p *policy) print(roles []privilege.Role) error {
	text := privilege.Text(roles)
	if p.format == "json" {
		content, err := json.MarshalIndent(roles, "", "  ")
		if err != nil {
			return failed(err)
		}
		text = string(content) + "\n"
	}
	if _, err := fmt.Fprint(p.streams.Out, text); err != nil {
		return failed(err)
	}
	return nil
}
