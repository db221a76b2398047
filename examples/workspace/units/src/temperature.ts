export enum Unit {
  Celsius = 'C',
  Fahrenheit = 'F',
}

export class Temperature {
  constructor(private readonly celsius: number) {}

  in(unit: Unit): string {
    const value = unit === Unit.Celsius ? this.celsius : this.celsius * 1.8 + 32
    return `${Math.round(value)} °${unit}`
  }
}
