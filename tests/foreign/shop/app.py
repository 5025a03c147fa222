"""The shop's app: what somebody else builds with the library."""

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infrastructure import (
    accounts,
    apis,
    bills,
    containers,
    events,
    files,
    flows,
    places,
    regions,
    releases,
    sites,
    stores,
    streams,
    workers,
)

app = cdk.App()
functions, queues = workers.Functions(app, "Functions"), workers.Queues(app, "Queues")
workers.AcrossStacks(app, "AcrossStacks", functions, queues)
called = apis.CalledStack(app, "Called")
apis.CallersStack(app, "Callers", called.api)
owner = containers.Stores(app, "Stores")
containers.StoresFromElsewhere(app, "StoresFromElsewhere", owner)
news = events.TopicAcrossStacks(app, "TopicAcrossStacks")
events.SubscriberStack(app, "Subscriber", news.topic)
for stack in (
    workers.OwnLayout,
    workers.OwnFolder,
    workers.NodeOnOwnQueue,
    workers.ImageWorker,
    workers.ImportedFunction,
    workers.ImportedQueue,
    workers.OwnKey,
    workers.OwnNetwork,
    workers.WarmWorker,
    workers.LayersAndSnapshots,
    workers.ManyPollers,
    workers.TwoQueues,
    workers.OwnAlarmTopic,
    streams.OwnStream,
    streams.ImportedStream,
    streams.Producer,
    streams.OwnTable,
    streams.OwnArchive,
    stores.Tables,
    stores.Buckets,
    stores.QueuesAndTopics,
    stores.OneDashboard,
    stores.SigningKeys,
    stores.LimitedFunction,
    apis.ManyFunctions,
    apis.TokensOfAnIssuer,
    apis.TokensOfTheShop,
    apis.OwnAuthorizer,
    apis.RestApi,
    apis.LongJobs,
    apis.Partners,
    apis.Uploads,
    apis.Prices,
    releases.Releases,
    releases.Pipelines,
    bills.GuardedStack,
    accounts.Accounts,
    accounts.Incidents,
    events.OwnBus,
    events.ImportedBus,
    events.OwnTopic,
    events.InOrder,
    files.OwnInbox,
    files.ImportedInbox,
    files.KeyedFiles,
    files.FilesBySize,
    files.ProductFilms,
    sites.Storefront,
    sites.Manuals,
    regions.CartsHere,
    regions.CartsThere,
    regions.BooksHere,
    regions.BooksThere,
    regions.Ledger,
    flows.Saga,
    flows.WithChoices,
    flows.ByQueue,
    flows.ExpressFlow,
    flows.Jobs,
    containers.OwnCluster,
    containers.SharedListener,
    containers.OwnQueueWorker,
    containers.OwnInstances,
    containers.OwnContainerFleet,
    containers.OwnKubernetes,
    containers.Isolated,
    containers.FirewallBeforeApi,
    places.Nested,
):
    stack(app, stack.__name__)
places.WholeShop(app, "China", env=cdk.Environment(account="111122223333", region="cn-north-1"))
places.WholeShop(app, "GovCloud", env=cdk.Environment(account="111122223333", region="us-gov-west-1"))
places.Preview(app, "Preview")
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
app.synth()
