using System.Text.Json.Serialization;

using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Serialization;

using Recs.Grains.Hosting;
using Recs.Grains.Ingest;
using Recs.Grains.Items;
using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Grains.Serving;
using Recs.Grains.Telemetry;
using Recs.Grains.Viewers;
using Recs.Matching.Bandits;
using Recs.Matching.Graph;
using Recs.Matching.Linear;
using Recs.Neural.Online;
using Recs.Offline;
using Recs.Offline.Embeddings;
using Recs.Silo.Door;
using Recs.Silo.Endpoints;
using Recs.Silo.Options;
using Recs.Storage;

namespace Recs.Silo.Hosting;

/// <summary>Registers what a silo is made of.</summary>
static class SiloServices
{
    /// <summary>Registers storage, learning, serving and the endpoints.</summary>
    public static void AddRecs(this WebApplicationBuilder builder, RecsOptions options, IStore store, TokenKeyring tokens)
    {
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(options.Bandit).AddSingleton(options.Retraining).AddSingleton(options.Retraining.Canary).AddSingleton(tokens);
        services.AddSingleton(TokenKeys(options)).AddSingleton<TokenKeyEndpoints>();
        services.AddSingleton(options.EventLog).AddSingleton(options.Feedback);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(store.EventLog).AddSingleton(store.Snapshots).AddSingleton(store.Catalogue)
            .AddSingleton(store.Viewers).AddSingleton(store.Models).AddSingleton(store.Secrets).AddSingleton(store.DeadLetters);
        services.AddSingleton(Serving(options)).AddSingleton(Learning(options)).AddSingleton(Feedback(options)).AddSingleton(Training(options));
        services.AddSingleton<ReaderEpochs>().AddSingleton<ServingState>().AddSingleton<PopulationCell>().AddSingleton<ViewerContexts>();
        services.AddSingleton<EdgeReplica>().AddSingleton<CatalogueReplica>().AddSingleton<LinearReplica>().AddSingleton<NeuralReplica>();
        services.AddSingleton(_ => new ItemTable(options.Limits.ItemsMax, (float)options.Bandit.ItemShrinkage));
        services.AddSingleton(_ => new LinearArms(options.Bandit.LinearArmsMax));
        services.AddSingleton(_ => new ServingCopy(Model(options)));
        services.AddSingleton<Catalogue>().AddSingleton<CategoryIndex>().AddSingleton<Recommender>().AddSingleton<FeedbackIntake>();
        services.AddSingleton<EventShape>().AddSingleton<IForeignFeedback, ForeignFeedback>();
        services.AddSingleton<RecsMetrics>().AddSingleton<LogDamage>().AddSingleton<ServingCounts>().AddSingleton<RetrainJob>();
        services.AddSingleton<RecommendEndpoint>().AddSingleton<EventsEndpoint>().AddSingleton<ItemEndpoints>().AddSingleton<UserEndpoints>();
        services.AddSingleton<DecisionEndpoint>().AddSingleton<ModelEndpoints>().AddSingleton<StatsEndpoint>();
        services.AddDoor(options);
        services.AddOpenApi("v1", ApiDescription.Configure);
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        builder.AddTelemetry();
    }

    /// <summary>Registers what runs beside the requests, in the order in which it must start; it stops the other way round.</summary>
    public static void AddRecsHosts(this WebApplicationBuilder builder, RecsOptions options)
    {
        Host<ViewerJournal>(builder.Services);
        builder.Host.UseOrleans(silo =>
        {
            silo.JoinCluster(options);
            // A failure of storage reaches the caller on another silo as what it is.
            silo.Services.Configure<ExceptionSerializationOptions>(exceptions =>
                exceptions.SupportedNamespacePrefixes.UnionWith(["Recs", "Npgsql"]));
            silo.AddOutgoingGrainCallFilter<RetryOnLostSilo>();
            silo.AddShards();
            silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = TimeSpan.FromMinutes(10));
            silo.AddDashboard();
        });
        Host<TokenKeyWatch>(builder.Services);
        Host<Replicas>(builder.Services);
        Host<ModelSwap>(builder.Services);
        Host<SiloStart>(builder.Services);
        Host<ConsumerWatch>(builder.Services);
        Host<TrainingSchedule>(builder.Services);
        Host<CanaryWatch>(builder.Services);
        Host<RetentionSchedule>(builder.Services);
    }

    static void Host<T>(IServiceCollection services)
        where T : class, IHostedService =>
        services.AddSingleton<T>().AddHostedService(provider => provider.GetRequiredService<T>());

    /// <summary>When keys of decision tokens rotate and expire.</summary>
    public static TokenKeyOptions TokenKeys(RecsOptions options) => new()
    {
        RotateAfter = TimeSpan.FromDays(options.Feedback.TokenKeyDays),
        VerifyFor = TimeSpan.FromDays(options.Feedback.DecisionDays),
    };

    static ServingOptions Serving(RecsOptions options)
    {
        var bandit = options.Bandit;
        _ = PolicyNames.TryParse(bandit.Policy, out var policy);
        return new ServingOptions
        {
            Policy = policy,
            UniformShare = bandit.UniformShare,
            Alpha = (float?)bandit.Alpha,
            TopK = bandit.TopK,
            ActiveClusters = bandit.ActiveClusters,
            Temperature = (float)bandit.Temperature,
            AttachClusters = bandit.AttachClusters,
            EdgesPerCluster = bandit.EdgesPerCluster,
            PriorPrecision = (float)bandit.PriorPrecision,
            UnexploredEdge = bandit.UnexploredEdge,
            NormaliseByMatchedEdges = bandit.NormaliseByMatchedEdges,
            EdgeShrinkage = (float)bandit.EdgeShrinkage,
            Epsilon = (float)bandit.Epsilon,
            ExplorationFloor = (float)bandit.ExplorationFloor,
            ThompsonWidth = (float)bandit.ThompsonWidth,
            Gamma = (float)bandit.Gamma,
            RewardMax = (float)Math.Max(1e-3, Math.Max(options.Neural.ClickWeight, Math.Max(options.Neural.WatchWeight, options.Neural.LikeWeight))),
            Tau = (float)bandit.Tau,
            FreshShare = (float)bandit.FreshShare,
            NeuralCandidates = options.Neural.CandidatesMax,
            FreshAge = TimeSpan.FromHours(bandit.FreshHours),
            GraphLimits = new EdgeTableLimits { RowsMax = options.Limits.ItemsMax, EdgesPerClusterMax = bandit.EdgesPerClusterMax },
        };
    }

    static LearningOptions Learning(RecsOptions options) => new()
    {
        SnapshotInterval = TimeSpan.FromSeconds(options.Storage.SnapshotSeconds),
        HistoryItemsMax = options.Feedback.HistoryItemsMax,
        DecisionAgeMax = TimeSpan.FromDays(options.Feedback.DecisionDays),
        LinearArmsMax = options.Bandit.LinearArmsMax,
        Neural = options.Neural.Enabled
            ? new NeuralLearning
            {
                Model = Model(options),
                SyncInterval = TimeSpan.FromSeconds(options.Neural.SyncSeconds),
                TrunkInterval = TimeSpan.FromSeconds(options.Neural.TrunkSeconds),
            }
            : null,
    };

    static OnlineOptions Model(RecsOptions options) =>
        options.Neural.Model(options.Limits.ItemsMax, options.Bandit.ItemShrinkage, options.Bandit.EdgeShrinkage);

    static FeedbackOptions Feedback(RecsOptions options) => new()
    {
        ImplicitImpressions = options.Feedback.ImplicitImpressions,
        DecisionAgeMax = TimeSpan.FromDays(options.Feedback.DecisionDays),
        Rewards = new RewardTable(options.Rewards.Select(rule => KeyValuePair.Create(rule.Key, rule.Value.Rule()))),
    };

    static RetrainOptions Training(RecsOptions options) => new()
    {
        Dims = options.Bandit.Dimensions,
        Clusters = options.Bandit.Clusters,
        EdgesPerCluster = options.Bandit.EdgesPerCluster,
        AttachClusters = options.Bandit.AttachClusters,
        FreshFor = TimeSpan.FromHours(options.Bandit.FreshHours),
        CategoryShareMax = options.Retraining.CategoryShareMax,
        Embeddings = options.Retraining.Embeddings == "two-tower" ? EmbeddingKind.TwoTower : EmbeddingKind.Als,
    };
}
