extension RetailSchema {
    /// Where the network sells, and what.
    static let placesAndGoods = """
          region:
            scope: network
            writer: hub
            key: [region]
            columns:
              region: {type: text}
              name:   {type: text}
          store:
            scope: network
            writer: hub
            key: [store_id]
            columns:
              store_id:           {type: text}
              name:               {type: text}
              region:             {type: text}
              address:            {type: text}
              phone:              {type: text}
              time_zone:          {type: text, default: "Asia/Shanghai"}
              utc_offset_minutes: {type: integer, default: 480, check: "utc_offset_minutes BETWEEN -900 AND 900"}
              day_starts_minute:  {type: integer, default: 0, check: "day_starts_minute BETWEEN 0 AND 1439"}
              opens_minute:       {type: integer, default: 0, check: "opens_minute BETWEEN 0 AND 1440"}
              closes_minute:      {type: integer, default: 1440, check: "closes_minute BETWEEN 0 AND 1440"}
              offers_pickup:      {type: boolean, default: true}
              offers_delivery:    {type: boolean, default: false}
              weighed_codes:      {type: text, default: "2FPPPPPVVVVVC"}
              closed_at:          {type: time}
          product:
            scope: network
            writer: hub
            key: [sku]
            columns:
              sku:             {type: text}
              name:            {type: text}
              unit:            {type: text, default: "piece"}
              shelf_days:      {type: integer, default: 0, check: "shelf_days >= 0"}
              category:        {type: text}
              supplier:        {type: text}
              pack:            {type: integer, default: 1000, check: "pack > 0"}
              discontinued_at: {type: time, merge: first}
          barcode:
            scope: network
            writer: hub
            key: [gtin]
            columns:
              gtin: {type: text}
              sku:  {type: text}
        """

    /// Prices of the network, of a region and of a store, each from and until a moment, and percentages off by the time
    /// of day. All are there before they begin, so that none of it needs a connection when it does.
    static let prices = """
          price:
            scope: network
            writer: hub
            key: [sku, valid_from]
            columns:
              sku:         {type: text}
              valid_from:  {type: time, default: 0}
              valid_until: {type: time}
              amount:      {type: integer, check: "amount >= 0"}
              list:        {type: text}
          region_price:
            scope: {region: region}
            writer: hub
            key: [region, sku, valid_from]
            columns:
              region:      {type: text}
              sku:         {type: text}
              valid_from:  {type: time, default: 0}
              valid_until: {type: time}
              amount:      {type: integer, check: "amount >= 0"}
              list:        {type: text}
          store_price:
            scope: {store: store_id}
            writer: hub
            key: [store_id, sku, valid_from]
            columns:
              store_id:    {type: text}
              sku:         {type: text}
              valid_from:  {type: time, default: 0}
              valid_until: {type: time}
              amount:      {type: integer, check: "amount >= 0"}
              list:        {type: text}
          markdown:
            scope: network
            writer: hub
            key: [id]
            columns:
              id:           {type: id}
              sku:          {type: text}
              category:     {type: text}
              region:       {type: text}
              percent:      {type: integer, default: 0, check: "percent BETWEEN 0 AND 100"}
              from_minute:  {type: integer, default: 0, check: "from_minute BETWEEN 0 AND 1440"}
              until_minute: {type: integer, default: 1440, check: "until_minute BETWEEN 0 AND 1440"}
              weekdays:     {type: integer, default: 127, check: "weekdays BETWEEN 0 AND 127"}
              valid_from:   {type: time}
              valid_until:  {type: time}
          store_markdown:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id:           {type: id}
              store_id:     {type: text, required: true}
              sku:          {type: text}
              percent:      {type: integer, default: 0, check: "percent BETWEEN 0 AND 100"}
              from_minute:  {type: integer, default: 0, check: "from_minute BETWEEN 0 AND 1440"}
              until_minute: {type: integer, default: 1440, check: "until_minute BETWEEN 0 AND 1440"}
              weekdays:     {type: integer, default: 127, check: "weekdays BETWEEN 0 AND 127"}
              valid_from:   {type: time}
              valid_until:  {type: time}
        """
}
