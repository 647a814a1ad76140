using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

// --short: few and brief iterations, for a look; without it, the figures to publish. Everything else is passed on,
// for example --filter '*Scoring*'.
var isShort = args.Contains("--short", StringComparer.Ordinal);
var job = Job.Default
    .WithRuntime(CoreRuntime.Core10_0)
    .WithToolchain(new InProcessEmitToolchain(TimeSpan.FromMinutes(10), logOutput: false))
    .WithIterationTime(TimeInterval.FromMilliseconds(isShort ? 150 : 400))
    .WithWarmupCount(isShort ? 4 : 8)
    .WithIterationCount(isShort ? 6 : 20);
var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumn(StatisticColumn.Median)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "recs-benchmarks"));
string[] rest = [.. args.Except(["--short"], StringComparer.Ordinal)];
_ = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest is [] ? ["--filter", "*"] : rest, config);
