namespace Recs.Tests.Helm;

/// <summary>
/// Files of the working copy, looked for from the test program's folder upwards: a build that hides where it ran
/// (<c>ContinuousIntegrationBuild</c>) knows no source path.
/// </summary>
static class Repository
{
    static readonly string Root = Find();

    public static string PathOf(string relative) => Path.GetFullPath(Path.Combine(Root, relative));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Recs.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException($"There is no Recs.sln above {AppContext.BaseDirectory}.");
    }
}
