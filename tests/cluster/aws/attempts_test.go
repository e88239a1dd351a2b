package aws_test

import (
	"errors"
	"net/http"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/stretchr/testify/require"
)

// losing breaks the connection after the first call that it carries was answered.
type losing struct{ calls int }

func (l *losing) Do(request *http.Request) (*http.Response, error) {
	answer, err := http.DefaultClient.Do(request)
	if l.calls++; l.calls > 1 || err != nil {
		return answer, err
	}
	return nil, errors.Join(errors.New("read: connection reset by peer"), answer.Body.Close())
}

// The SDK asks again where an answer is lost, which a busy machine may cause: what it asked
// for is made once, and the second attempt is no mistake.
func TestACreationWhoseAnswerIsLostIsMadeOnce(t *testing.T) {
	a, client := open(t, "111111111141"), &losing{}
	role := &iam.CreateRoleInput{RoleName: sdk.String("r"), AssumeRolePolicyDocument: sdk.String("{}")}
	_, err := a.IAM.CreateRole(ctx, role, func(o *iam.Options) { o.HTTPClient = client })
	require.NoError(t, err)
	require.Equal(t, 2, client.calls)
	_, err = a.IAM.CreateRole(ctx, role)
	refused(t, err, "EntityAlreadyExists", "Role with name r already exists.")
}
