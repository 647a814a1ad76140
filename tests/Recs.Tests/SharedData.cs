namespace Recs.Tests;

/// <summary>Real data beside the checkout, read in place. Not every machine has it.</summary>
static class SharedData
{
    /// <summary>A folder of the shared data, or null where there is none; <c>RECS_DATA</c> names another place.</summary>
    public static string? Folder(string name)
    {
        var root = Environment.GetEnvironmentVariable("RECS_DATA");
        for (var folder = AppContext.BaseDirectory; root is null && folder is not null; folder = Path.GetDirectoryName(folder))
        {
            root = File.Exists(Path.Combine(folder, "Recs.sln")) ? Path.Combine(folder, "..", "shared", "data") : null;
        }

        var found = Path.Combine(root ?? "data", name);
        return Directory.Exists(found) ? found : null;
    }
}
