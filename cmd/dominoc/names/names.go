// Package names asks AWS who has the names of what Crossplane is about to create.
//
// In go names and the AWS CLI; out comes what AWS says about each. The calls only read. What an
// answer means for a change is decided in package compositions/diff; package cli calls it.
package names

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dominoc/dominoc/cmd/dominoc/aws"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/plan"
)

// question is how the AWS CLI is asked about a name.
type question struct {
	// find is a call that prints what the next call names the resource by, or null; empty
	// where that is the name.
	find, found string

	// owner is the call that reads the tags, and tag the expression that chooses the
	// environment's among them.
	owner, tag string

	missing  string // the error by which AWS says that it has no such name
	untagged string // the error by which it says that it has no tags
}

// The forms in which AWS prints tags: an object, or a list.
const (
	object = `."` + plan.TagEnvironment + `"`
	list   = `[?Key=='` + plan.TagEnvironment + `'].Value | [0]`
)

// ofCluster reports whether a kind is a part of a cluster: the name of the cluster decides.
func ofCluster(kind string) bool {
	return kind == "eks.aws.m.upbound.io/NodeGroup" || kind == "eks.aws.m.upbound.io/IdentityProviderConfig"
}

// questions are those of the kinds that the provider finds by name, without the parts of a
// cluster.
var questions = map[string]question{
	"backup.aws.m.upbound.io/Vault": {
		find: "backup list-backup-vaults", found: "BackupVaultList[?BackupVaultName=='{name}'].BackupVaultArn | [0]",
		owner: "backup list-tags --resource-arn {found}", tag: "Tags" + object,
	},
	"cloudwatchlogs.aws.m.upbound.io/Group": {
		find: "logs describe-log-groups --log-group-name-prefix {name}", found: "logGroups[?logGroupName=='{name}'].logGroupName | [0]",
		owner: "logs list-tags-for-resource --resource-arn arn:{partition}:logs:{region}:{account}:log-group:{found}", tag: "tags" + object,
	},
	"ecr.aws.m.upbound.io/Repository": {
		owner: "ecr list-tags-for-resource --resource-arn arn:{partition}:ecr:{region}:{account}:repository/{name}", tag: "tags" + list,
		missing: "RepositoryNotFoundException",
	},
	"eks.aws.m.upbound.io/Cluster": {
		owner: "eks describe-cluster --name {name}", tag: "cluster.tags" + object,
		missing: "ResourceNotFoundException",
	},
	"iam.aws.m.upbound.io/Policy": {
		owner: "iam get-policy --policy-arn arn:{partition}:iam::{account}:policy/{name}", tag: "Policy.Tags" + list,
		missing: "NoSuchEntity",
	},
	"iam.aws.m.upbound.io/Role": {
		owner: "iam get-role --role-name {name}", tag: "Role.Tags" + list,
		missing: "NoSuchEntity",
	},
	"kms.aws.m.upbound.io/Alias": {
		find: "kms describe-key --key-id alias/{name}", found: "KeyMetadata.KeyId",
		owner: "kms list-resource-tags --key-id {found}", tag: `Tags[?TagKey=='` + plan.TagEnvironment + `'].TagValue | [0]`,
		missing: "NotFoundException",
	},
	"s3.aws.m.upbound.io/Bucket": {
		owner: "s3api get-bucket-tagging --bucket {name}", tag: "TagSet" + list,
		missing: "NoSuchBucket", untagged: "NoSuchTagSet",
	},
}

// The AWS CLI starts in about a second and gives up after minutes.
const (
	atOnce   = 8
	patience = time.Minute
)

// Owners returns what AWS says about names of one account, in their order. Without an answer,
// such as with credentials of another account, it says why.
func Owners(ctx context.Context, call aws.Call, names []diff.Name) []diff.Owner {
	owners := make([]diff.Owner, len(names))
	i := slices.IndexFunc(names, func(n diff.Name) bool { return !ofCluster(n.Kind) })
	if i < 0 {
		return owners
	}
	reason := refused(ctx, call, names[i].Account)
	var questioned errgroup.Group
	questioned.SetLimit(atOnce)
	for i, n := range names {
		switch q, known := questions[n.Kind]; {
		case ofCluster(n.Kind):
		case reason != "":
			owners[i].Unknown = reason
		case !known:
			owners[i].Unknown = "dominoc has no question for kind " + n.Kind
		default:
			questioned.Go(func() error {
				owners[i] = q.ask(ctx, call, n)
				return nil
			})
		}
	}
	_ = questioned.Wait() // no question returns an error
	return owners
}

// why returns why a call has no answer.
func why(limited context.Context, err error) string {
	if limited.Err() != nil {
		return "the AWS CLI did not answer in time"
	}
	return err.Error()
}

// refused returns why the credentials cannot answer for an account; empty if they can.
func refused(ctx context.Context, call aws.Call, account string) string {
	limited, stop := context.WithTimeout(ctx, patience)
	defer stop()
	switch of, err := call.Account(limited); {
	case err != nil:
		return why(limited, err)
	case of != account:
		return fmt.Sprintf("the credentials of the AWS CLI are of account %s", of)
	}
	return ""
}

func (q question) ask(ctx context.Context, call aws.Call, n diff.Name) diff.Owner {
	limited, stop := context.WithTimeout(ctx, patience)
	defer stop()
	found := n.Name
	if q.find != "" {
		id, err := one(limited, call, n, q.find, q.found, found)
		switch {
		case refuses(err, q.missing), err == nil && id == "":
			return diff.Owner{}
		case err != nil:
			return diff.Owner{Unknown: why(limited, err)}
		}
		found = id
	}
	environment, err := one(limited, call, n, q.owner, q.tag, found)
	switch {
	case err == nil || refuses(err, q.untagged):
		return diff.Owner{Exists: true, Environment: environment}
	case refuses(err, q.missing):
		return diff.Owner{}
	}
	return diff.Owner{Unknown: why(limited, err)}
}

// one makes a call and returns the one text that an expression chooses of its answer; empty for
// null.
func one(ctx context.Context, call aws.Call, n diff.Name, words, query, found string) (string, error) {
	fill := strings.NewReplacer("{name}", n.Name, "{found}", found, "{account}", n.Account, "{region}", n.Region, "{partition}", n.Partition)
	args := strings.Fields(words)
	for i := range args {
		args[i] = fill.Replace(args[i])
	}
	out, err := call(ctx, append(args, "--region", n.Region, "--query", fill.Replace(query), "--output", "json")...)
	if err != nil || strings.TrimSpace(out) == "" {
		return "", err
	}
	var text *string
	if err := json.Unmarshal([]byte(out), &text); err != nil || text == nil {
		return "", err
	}
	return *text, nil
}

// failed is how the AWS CLI prints an error that AWS answers.
var failed = regexp.MustCompile(`An error occurred \((\w+)\)`)

// refuses reports whether an error is AWS's answer with a code.
func refuses(err error, code string) bool {
	if err == nil || code == "" {
		return false
	}
	match := failed.FindStringSubmatch(err.Error())
	return match != nil && match[1] == code
}
