package names

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/diff"
)

// asked is an AWS CLI that has answers by the beginning of the call, and keeps the calls.
func asked(answers map[string]any, calls chan<- string) func(context.Context, ...string) (string, error) {
	return func(_ context.Context, args ...string) (string, error) {
		line := strings.Join(args, " ")
		if calls <- line; strings.HasPrefix(line, "sts ") {
			return "123456789012\n", nil
		}
		for begun, answer := range answers {
			if !strings.HasPrefix(line, begun+" ") {
				continue
			}
			if err, failed := answer.(error); failed {
				return "", err
			}
			return answer.(string) + "\n", nil
		}
		return "", errors.New("unexpected: " + line)
	}
}

// answered is how the AWS CLI prints an error of AWS.
func answered(code string) error {
	return errors.New("An error occurred (" + code + ") when calling the operation: no")
}

func TestAWSSaysWhoHasAName(t *testing.T) {
	none, lab := diff.Owner{}, diff.Owner{Exists: true, Environment: "lab"}
	untagged := diff.Owner{Exists: true}
	for name, c := range map[string]struct {
		kind    string
		answers map[string]any
		want    diff.Owner
	}{
		"NoCluster":      {"eks.aws.m.upbound.io/Cluster", map[string]any{"eks describe-cluster --name x": answered("ResourceNotFoundException")}, none},
		"ACluster":       {"eks.aws.m.upbound.io/Cluster", map[string]any{"eks describe-cluster --name x": "null"}, untagged},
		"ATaggedCluster": {"eks.aws.m.upbound.io/Cluster", map[string]any{"eks describe-cluster --name x": `"lab"`}, lab},
		"NoAnswer":       {"eks.aws.m.upbound.io/Cluster", map[string]any{"eks describe-cluster --name x": answered("AccessDeniedException")}, diff.Owner{Unknown: answered("AccessDeniedException").Error()}},
		"AnotherAnswer":  {"eks.aws.m.upbound.io/Cluster", map[string]any{"eks describe-cluster --name x": "{}"}, diff.Owner{Unknown: "json: cannot unmarshal object into Go value of type string"}},
		"NoRole":         {"iam.aws.m.upbound.io/Role", map[string]any{"iam get-role --role-name x": answered("NoSuchEntity")}, none},
		"ARole":          {"iam.aws.m.upbound.io/Role", map[string]any{"iam get-role --role-name x": `"lab"`}, lab},
		"APolicy":        {"iam.aws.m.upbound.io/Policy", map[string]any{"iam get-policy --policy-arn arn:aws:iam::123456789012:policy/x": "null"}, untagged},
		"NoAlias":        {"kms.aws.m.upbound.io/Alias", map[string]any{"kms describe-key --key-id alias/x": answered("NotFoundException")}, none},
		"AnAlias": {"kms.aws.m.upbound.io/Alias", map[string]any{
			"kms describe-key --key-id alias/x": `"1234"`, "kms list-resource-tags --key-id 1234": `"lab"`}, lab},
		"NoVault": {"backup.aws.m.upbound.io/Vault", map[string]any{"backup list-backup-vaults": "null"}, none},
		"AVault": {"backup.aws.m.upbound.io/Vault", map[string]any{
			"backup list-backup-vaults": `"arn:v"`, "backup list-tags --resource-arn arn:v": "null"}, untagged},
		"NoLogGroup": {"cloudwatchlogs.aws.m.upbound.io/Group", map[string]any{"logs describe-log-groups --log-group-name-prefix x": "null"}, none},
		"ALogGroup": {"cloudwatchlogs.aws.m.upbound.io/Group", map[string]any{
			"logs describe-log-groups --log-group-name-prefix x":                                         `"x"`,
			"logs list-tags-for-resource --resource-arn arn:aws:logs:us-west-2:123456789012:log-group:x": ""}, untagged},
		"NoRepository": {"ecr.aws.m.upbound.io/Repository", map[string]any{
			"ecr list-tags-for-resource --resource-arn arn:aws:ecr:us-west-2:123456789012:repository/x": answered("RepositoryNotFoundException")}, none},
		"NoBucket":         {"s3.aws.m.upbound.io/Bucket", map[string]any{"s3api get-bucket-tagging --bucket x": answered("NoSuchBucket")}, none},
		"ABucket":          {"s3.aws.m.upbound.io/Bucket", map[string]any{"s3api get-bucket-tagging --bucket x": answered("NoSuchTagSet")}, untagged},
		"ABucketElsewhere": {"s3.aws.m.upbound.io/Bucket", map[string]any{"s3api get-bucket-tagging --bucket x": answered("AccessDenied")}, diff.Owner{Unknown: answered("AccessDenied").Error()}},
		"AnotherKind":      {"x.aws.m.upbound.io/X", nil, diff.Owner{Unknown: "dominoc has no question for kind x.aws.m.upbound.io/X"}},
		"APartOfACluster":  {"eks.aws.m.upbound.io/NodeGroup", nil, none},
	} {
		t.Run(name, func(t *testing.T) {
			calls := make(chan string, 8)
			owners := Owners(context.Background(), asked(c.answers, calls), []diff.Name{{Account: "123456789012", Region: "us-west-2", Partition: "aws", Kind: c.kind, Name: "x"}})
			require.Equal(t, []diff.Owner{c.want}, owners)
			for close(calls); len(calls) > 0; {
				requireReads(t, <-calls)
			}
		})
	}
}

// requireReads wants a call that changes nothing, in the region of the environment: IAM has no
// region, but its partition has.
func requireReads(t *testing.T, call string) {
	t.Helper()
	if words := strings.Fields(call); words[0] != "sts" {
		require.Regexp(t, "^(describe|get|list)-", words[1])
		require.Contains(t, call, "--region us-west-2 --query ")
	}
}

// The owners are in the order of the names, and names without a question cost no call.
func TestCredentialsOfAnotherAccountAnswerNothing(t *testing.T) {
	names := []diff.Name{
		{Account: "210987654321", Kind: "eks.aws.m.upbound.io/NodeGroup", Name: "g"},
		{Account: "210987654321", Kind: "eks.aws.m.upbound.io/Cluster", Name: "c"},
	}
	calls := make(chan string, 8)
	require.Equal(t, []diff.Owner{{}, {Unknown: "the credentials of the AWS CLI are of account 123456789012"}},
		Owners(context.Background(), asked(nil, calls), names))
	require.Len(t, calls, 1)
	require.Equal(t, []diff.Owner{{}}, Owners(context.Background(), asked(nil, calls), names[:1]))
	require.Len(t, calls, 1)

	missing := func(context.Context, ...string) (string, error) {
		return "", errors.New(`exec: "aws": executable file not found in $PATH`)
	}
	require.Equal(t, `exec: "aws": executable file not found in $PATH`, Owners(context.Background(), missing, names)[1].Unknown)
}
