// The package ships no types.
declare module 'pino-roll' {
  interface RollingFile {
    write(line: string): unknown;
    flushSync(): void;
    end(): void;
    on(event: 'error', listener: (error: Error) => void): unknown;
  }
  interface RollingOptions {
    file: string;
    extension: string;
    size: string;
    frequency?: string;
    limit: { count: number; removeOtherLogFiles: boolean };
    mkdir: boolean;
    mode: number;
    sync: boolean;
  }
  export default function build(options: RollingOptions): Promise<RollingFile>;
}
