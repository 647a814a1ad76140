namespace Recs.Storage.Sqlite;

/// <summary>Holds a data folder for one process. The operating system lets go of it when the process ends, however it ends.</summary>
static class FolderLock
{
    const string FileName = "recs.lock";

    /// <exception cref="StorageRefusedException">Another process holds it, or the folder cannot be written.</exception>
    public static FileStream Take(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"The data folder {folder} is in use by another process, or not writable.", reason);
        }
    }
}
