// The same tree as `FilePipeline`, in JavaScript: what the jsii bridge costs is the difference.
const [archive, outdir] = process.argv.slice(2);
const cdk = require('aws-cdk-lib');
const {
  aws_cloudwatch: cloudwatch, aws_cloudwatch_actions: actions, aws_dynamodb: dynamodb, aws_iam: iam,
  aws_kms: kms, aws_lambda: lambda, aws_logs: logs, aws_s3: s3, aws_sns: sns, aws_sqs: sqs,
} = cdk;
const { Construct } = require('constructs');

const accept = (construct, checkov, nag) => {
  if (checkov) construct.node.defaultChild.addMetadata('checkov', { skip: [checkov] });
  if (nag) cdk.Validations.of(construct).acknowledge({ id: nag, reason: 'recorded' });
};

function bucket(scope, id) {
  return new s3.Bucket(scope, id, {
    ...(id === 'Inbox' && { bucketNamePrefix: 'ours-files-inbox-4fa043b9', bucketNamespace: s3.BucketNamespace.ACCOUNT_REGIONAL }),
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    versioned: true,
    lifecycleRules: [{
      abortIncompleteMultipartUploadAfter: cdk.Duration.days(7),
      noncurrentVersionExpiration: cdk.Duration.days(30),
      transitions: [{
        storageClass: s3.StorageClass.INTELLIGENT_TIERING, transitionAfter: cdk.Duration.days(0),
      }],
    }],
    removalPolicy: cdk.RemovalPolicy.RETAIN,
  });
}

function table(scope, id, keys) {
  const made = new dynamodb.Table(scope, id, {
    ...keys,
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    contributorInsightsSpecification: { enabled: true },
    deletionProtection: true,
    encryption: dynamodb.TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: cdk.RemovalPolicy.RETAIN,
  });
  accept(made, { id: 'CKV_AWS_119', comment: 'recorded' });
  return made;
}

function alarmTopic(stack) {
  const key = new kms.Key(stack, 'AlarmTopicKey', { enableKeyRotation: true, removalPolicy: cdk.RemovalPolicy.DESTROY });
  const topic = new sns.Topic(stack, 'AlarmTopic', { masterKey: key, enforceSSL: true });
  const may = (permitted, resource) => new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')], actions: permitted, resources: [resource],
    conditions: { StringEquals: { 'aws:SourceAccount': cdk.Aws.ACCOUNT_ID } },
  });
  key.addToResourcePolicy(may(['kms:Decrypt', 'kms:GenerateDataKey*'], '*'));
  topic.addToResourcePolicy(may(['sns:Publish'], topic.topicArn));
  return topic;
}

const began = performance.now();
const app = new cdk.App({ outdir, builtinCloudFormationValidation: false });
const stack = new cdk.Stack(app, 'Ours');
const files = new Construct(stack, 'Files');
const [inbox, results, quarantine] = ['Inbox', 'Results', 'Quarantine'].map((id) => bucket(files, id));
const rows = table(files, 'Rows', {
  partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'sk', type: dynamodb.AttributeType.NUMBER },
});
const claims = table(files, 'Claims', {
  partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING }, timeToLiveAttribute: 'expiration',
});

const worker = new Construct(files, 'Worker');
const logGroup = new logs.LogGroup(worker, 'Logs', { retention: logs.RetentionDays.ONE_MONTH });
accept(logGroup, { id: 'CKV_AWS_158', comment: 'recorded' });
const policy = new iam.PolicyDocument();
const role = new iam.Role(worker, 'Role', {
  assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), inlinePolicies: { Handler: policy },
});
const allow = (permitted, resources, nag) => {
  policy.addStatements(new iam.PolicyStatement({ actions: permitted, resources }));
  if (nag) accept(role, undefined, nag);
};
const fn = new lambda.Function(worker, 'Function', {
  runtime: lambda.Runtime.PYTHON_3_14,
  architecture: lambda.Architecture.ARM_64,
  handler: 'tabular_ingest.handler.handler',
  code: lambda.Code.fromAsset(archive),
  environment: {
    POWERTOOLS_SERVICE_NAME: 'worker', RESULTS_BUCKET: results.bucketName,
    QUARANTINE_BUCKET: quarantine.bucketName, TABLE_NAME: rows.tableName,
  },
  logGroup,
  loggingFormat: lambda.LoggingFormat.JSON,
  memorySize: 512,
  reservedConcurrentExecutions: 10,
  role,
  timeout: cdk.Duration.minutes(5),
});
fn.node.defaultChild.tracingConfig = { mode: 'Active' };
accept(fn, { id: 'CKV_AWS_117', comment: 'recorded' }, 'Serverless::Serverless-LambdaDLQ');

const queueName = 'ours-files-messages-b0808df8';
const deadLetters = new sqs.Queue(files, 'DeadLetterQueue', {
  retentionPeriod: cdk.Duration.days(14), encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true,
});
deadLetters.node.defaultChild.redriveAllowPolicy = {
  redrivePermission: 'byQueue', sourceQueueArns: [stack.formatArn({ service: 'sqs', resource: queueName })],
};
accept(deadLetters, { id: 'CKV_AWS_27', comment: 'recorded' }, 'Serverless::Serverless-SQSRedrivePolicy');
const queue = new sqs.Queue(files, 'Messages', {
  queueName,
  visibilityTimeout: cdk.Duration.seconds(1805),
  retentionPeriod: cdk.Duration.days(4),
  encryption: sqs.QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  deadLetterQueue: { queue: deadLetters, maxReceiveCount: 3 },
});
accept(queue, { id: 'CKV_AWS_27', comment: 'recorded' });
const mapping = fn.addEventSourceMapping('Messages', {
  eventSourceArn: queue.queueArn, batchSize: 10, maxBatchingWindow: cdk.Duration.seconds(5),
  maxConcurrency: 10, reportBatchItemFailures: true,
});
accept(mapping, undefined, 'Serverless::Serverless-LambdaEventSourceMappingDestination');

const topic = alarmTopic(stack);
const alarm = (scope, id, metricName, namespace, dimensionsMap, threshold) => {
  const made = new cloudwatch.Alarm(scope, id, {
    metric: new cloudwatch.Metric({ metricName, namespace, dimensionsMap, statistic: 'Maximum', period: cdk.Duration.minutes(1) }),
    threshold, evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  made.addAlarmAction(new actions.SnsAction(topic));
};
alarm(worker, 'Errors', 'Errors', 'AWS/Lambda', { FunctionName: fn.functionName }, 0);
alarm(worker, 'Throttles', 'Throttles', 'AWS/Lambda', { FunctionName: fn.functionName }, 0);
alarm(worker, 'Duration', 'Duration', 'AWS/Lambda', { FunctionName: fn.functionName }, 240000);
alarm(files, 'DeadLetters', 'ApproximateNumberOfMessagesVisible', 'AWS/SQS', { QueueName: deadLetters.queueName }, 0);
alarm(files, 'OldestMessage', 'ApproximateAgeOfOldestMessage', 'AWS/SQS', { QueueName: queue.queueName }, 5415);
for (const [id, made] of Object.entries({ Rows: rows, Claims: claims })) {
  alarm(files, `${id}ReadThrottles`, 'ReadThrottleEvents', 'AWS/DynamoDB', { TableName: made.tableName }, 0);
  alarm(files, `${id}WriteThrottles`, 'WriteThrottleEvents', 'AWS/DynamoDB', { TableName: made.tableName }, 0);
}

const granted = queue.addToResourcePolicy(new iam.PolicyStatement({
  principals: [new iam.ServicePrincipal('s3.amazonaws.com')], actions: ['sqs:SendMessage'], resources: [queue.queueArn],
  conditions: {
    StringEquals: { 'aws:SourceAccount': cdk.Aws.ACCOUNT_ID },
    ArnEquals: { 'aws:SourceArn': `arn:${cdk.Aws.PARTITION}:s3:::ours-files-inbox-4fa043b9-${cdk.Aws.ACCOUNT_ID}-${cdk.Aws.REGION}-an` },
  },
}));
inbox.node.defaultChild.notificationConfiguration = {
  queueConfigurations: ['.csv', '.jsonl'].map((suffix) => ({
    event: 's3:ObjectCreated:*', queue: queue.queueArn,
    filter: { s3Key: { rules: [{ name: 'prefix', value: 'incoming/' }, { name: 'suffix', value: suffix }] } },
  })),
};
inbox.node.addDependency(granted.policyDependable);

allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'], 'Serverless::Serverless-LambdaStarPermissions');
allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);
allow(['s3:GetObjectVersion'], [inbox.arnForObjects('incoming/*')], 'AwsSolutions::AwsSolutions-IAM5[1]');
allow(['s3:ListBucket'], [inbox.bucketArn]);
allow(['s3:PutObject'], [results.arnForObjects('incoming/*')], 'AwsSolutions::AwsSolutions-IAM5[2]');
allow(['s3:PutObject'], [quarantine.arnForObjects('incoming/*')], 'AwsSolutions::AwsSolutions-IAM5[3]');
allow(['dynamodb:BatchWriteItem'], [rows.tableArn]);
fn.addEnvironment('IDEMPOTENCY_TABLE', claims.tableName);
fn.addEnvironment('IDEMPOTENCY_TTL_SECONDS', '2505600');
fn.addEnvironment('FUNCTION_TIMEOUT_SECONDS', '300');
allow(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [claims.tableArn]);

// The rules of ours are judged in a plugin, for which the CDK writes a report whatever the language.
cdk.Validations.of(app).addPlugins({ name: 'rules', validate: () => ({ success: true, violations: [] }) });
app.synth();
console.log((performance.now() - began) / 1000);
