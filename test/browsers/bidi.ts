/**
 * A client of WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), which Firefox speaks by itself and Chromium by way of its
 * driver: commands with an id that the answer has too, and events.
 */
export type Message = Readonly<Record<string, unknown>>;

type Waiting = { readonly resolve: (result: Message) => void; readonly reject: (error: Error) => void };

export class BiDi {
  private ids = 0;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners: ((method: string, params: Message) => void)[] = [];

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => this.receive(JSON.parse(String(data))));
    socket.addEventListener("close", () => {
      for (const { reject } of this.waiting.values()) reject(new Error("the browser closed the connection"));
    });
  }

  static connect(url: string): Promise<BiDi> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.addEventListener("open", () => resolve(new BiDi(socket)));
      socket.addEventListener("error", () => reject(new Error(`no connection to ${url}`)));
    });
  }

  onEvent(listener: (method: string, params: Message) => void): void {
    this.listeners.push(listener);
  }

  send<T = Message>(method: string, params: object = {}): Promise<T> {
    const id = ++this.ids;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise<Message>((resolve, reject) => this.waiting.set(id, { resolve, reject })) as Promise<T>;
  }

  close(): void {
    this.socket.close();
  }

  private receive({ type, id, method, params, result, error, message }: Message): void {
    if (type === "event") {
      for (const listener of this.listeners) listener(String(method), params as Message);
      return;
    }
    const waiting = this.waiting.get(Number(id));
    this.waiting.delete(Number(id));
    if (type === "success") waiting?.resolve(result as Message);
    else waiting?.reject(new Error(`${error}: ${message}`));
  }
}
