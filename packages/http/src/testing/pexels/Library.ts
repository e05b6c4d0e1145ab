/**
 * The photos of a Pexels emulator. The same options give the same photos.
 *
 * @module
 */
import * as Colors from "./Colors.ts"
import type { Options, PhotoOptions } from "./Options.ts"

/** A photo. */
export interface Photo {
  readonly id: number
  readonly topic: string
  readonly width: number
  readonly height: number
  readonly photographer: string
  readonly photographerId: number
  readonly color: Colors.ColorName
  readonly alt: string
}

/** What a search asks for. */
export interface Filter {
  readonly query: string
  readonly orientation?: Orientation | undefined
  readonly size?: Size | undefined
  readonly color?: Colors.ColorName | undefined
}

/** All orientations of the documentation. */
export const orientations = ["landscape", "portrait", "square"] as const
/** The orientation of a photo. */
export type Orientation = (typeof orientations)[number]

/** How many megapixels a photo of a size has at least: https://www.pexels.com/api/documentation/#photos-search */
const megapixels = { large: 24, medium: 12, small: 4 } as const
/** All sizes of the documentation. */
export const sizes = ["large", "medium", "small"] as const
/** The least size of a photo. */
export type Size = (typeof sizes)[number]

const firstId = 2_014_422
const idStep = 101
const firstPhotographerId = 680_589

const shapes = [
  [6000, 4000],
  [3456, 5184],
  [3024, 3024],
  [1920, 1280],
  [4000, 6000],
  [5184, 3456],
  [1500, 1500]
] as const

const people = ["Ada Byron", "Grace Murray", "Emmy Noether", "Hedy Lamarr"] as const

const titled = (text: string): string => text.replaceAll(/(^|\s)\p{L}/gu, (letter) => letter.toUpperCase())

const cycle = <A>(values: ReadonlyArray<A>, index: number, fallback: A): A => values[index % values.length] ?? fallback

/** Makes the photos of an emulator. */
export const make = ({ photos = [], topics = {} }: Options): ReadonlyArray<Photo> => {
  const asked: ReadonlyArray<PhotoOptions> = [
    ...photos,
    ...Object.entries(topics).flatMap(([topic, count]) => Array.from({ length: count }, () => ({ topic })))
  ]
  const ofTopics = new Map<string, number>()
  const photographers = new Map<string, number>()
  const idOf = (photographer: string): number => {
    const known = photographers.get(photographer) ?? firstPhotographerId + photographers.size
    photographers.set(photographer, known)
    return known
  }
  return asked.map((options, index) => {
    const [width, height] = cycle(shapes, index, shapes[0])
    const ofTopic = (ofTopics.get(options.topic) ?? 0) + 1
    ofTopics.set(options.topic, ofTopic)
    const photographer = options.photographer ?? cycle(people, index, people[0])
    return {
      id: options.id ?? firstId + idStep * index,
      topic: options.topic,
      width: options.width ?? width,
      height: options.height ?? height,
      photographer,
      photographerId: idOf(photographer),
      color: options.color ?? cycle(Colors.names, index, "gray"),
      alt: options.alt ?? `${titled(options.topic)} ${ofTopic}`
    }
  })
}

const orientationOf = ({ height, width }: Photo): Orientation =>
  width === height ? "square" : width > height ? "landscape" : "portrait"

const wordsOf = (text: string): ReadonlyArray<string> =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")

/** Whether a search finds a photo: all of its words are in the topic or the description, in either case. */
export const matches = (photo: Photo, { color, orientation, query, size }: Filter): boolean => {
  const words = new Set(wordsOf(`${photo.topic} ${photo.alt}`))
  return (
    wordsOf(query).every((word) => words.has(word)) &&
    (orientation === undefined || orientationOf(photo) === orientation) &&
    (size === undefined || photo.width * photo.height >= megapixels[size] * 1e6) &&
    (color === undefined || photo.color === color)
  )
}
